import { afterEach, describe, expect, it } from 'vitest';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { findBackbone } from '../../network/backbones/registry.ts';
import { cutAfter } from '../../network/cut.ts';
import { foldBatchNorm } from '../../network/fold.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import type { Weights } from '../../network/network.ts';
import { unfoldBatchNorm } from '../../network/unfold.ts';
import { createRandom } from '../../shared/random.ts';
import { deleteStoredBackbone, saveBackbone } from '../../storage/storedBackbones.ts';
import { toWeights } from '../../weights/load.ts';
import { openBackboneWeights } from './backboneWeights.ts';

const backbone = findBackbone('mobilenet-v2');
const random = createRandom(2);
const features = cutAfter(
  createFreshNetwork('mobilenet-v2', backbone.buildNodes(), () => random.next()),
  backbone.featureNode,
);
const record: OwnBackbone = {
  fingerprint: 'made',
  backboneId: backbone.id,
  fileName: 'made.safetensors',
  addedAt: '2026-01-01T00:00:00.000Z',
  inputSizePx: backbone.inputSizePx,
  sizeBytes: 1,
  preprocessing: null,
  knowsImagenet: false,
  fit: { naming: 'torchvision', found: 1, extra: [], extraCount: 0 },
};
const options = { baseUrl: location.href, signal: new AbortController().signal };

/** Two million numbers: an expectation for each would take seconds. */
function expectClose(got: Weights, wanted: Weights, most: number): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
  const off = Object.entries(wanted).filter(([key, { values }]) => {
    const other = got[key]?.values ?? new Float32Array();
    return !values.every((value, i) => Math.abs((other[i] ?? Number.NaN) - value) <= most);
  });
  expect(off.map(([key]) => key)).toEqual([]);
}

afterEach(() => deleteStoredBackbone('made'));

describe('weights that a person brought', () => {
  it('are folded as they are opened, and can be unfolded', async () => {
    await saveBackbone(record, { features, top: null });
    const { manifest, load, loadNorms } = await openBackboneWeights('made', options);
    expect(manifest.nodes.filter(({ op }) => op === 'batchNorm')).toEqual([]);
    const { bytes } = await load(() => undefined, options.signal);
    const folded = { name: 'made', nodes: manifest.nodes, weights: toWeights(manifest, 'backbone', bytes) };
    expectClose(folded.weights, foldBatchNorm(features).weights, 0);
    const again = unfoldBatchNorm(folded, backbone.buildNodes(), await loadNorms());
    expect(again.nodes).toEqual(features.nodes);
    expectClose(again.weights, features.weights, 1e-5);
  });

  it('say so where an earlier version kept them folded', async () => {
    await saveBackbone(record, { features: foldBatchNorm(features), top: null });
    const { loadNorms } = await openBackboneWeights('made', options);
    await expect(loadNorms()).rejects.toMatchObject({ code: 'normsMissing' });
  });
});
