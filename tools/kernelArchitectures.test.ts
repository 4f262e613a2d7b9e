/** Our kernels on every architecture without published weights: PyTorch's features in float32, and nearly those in int8. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../src/compute/runtimes/wasm/builds.ts';
import { openPackedNetwork, packNetwork } from '../src/compute/runtimes/wasm/inference/packedNetwork.ts';
import type { Arithmetic } from '../src/domain/backends.ts';
import { isPublished } from '../src/network/backbones/backbone.ts';
import { BACKBONES } from '../src/network/backbones/registry.ts';
import { cutAfter } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import { normRanges } from '../src/network/ranges.ts';
import { readArchitectureReferences, referencePicture, spreadFeatures } from './architectureReferences.ts';
import { withFilledWeights } from './filledWeights.ts';
import { ROOT } from './paths.ts';

const REFERENCES = readArchitectureReferences();
/** Of the largest feature that is expected. */
const TOLERANCE = 1e-4;
const LEAST_COSINE = 0.995;

/** The build that Node runs everywhere. */
async function compilePlain(): Promise<CompiledKernels> {
  const file = join(ROOT, 'src/compute/runtimes/wasm/inference/generated/plain.wasm');
  return { build: 'plain', module: await WebAssembly.compile(readFileSync(file)), isShared: false };
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(BACKBONES.filter((backbone) => !isPublished(backbone)))('$id', (backbone) => {
  it('gives the features that PyTorch gives, and in int8 nearly those', async () => {
    const reference = REFERENCES[backbone.id];
    if (!reference) throw new Error(`tools/fixtures/architectures.py knows no ${backbone.id}`);
    const nodes = backbone.buildNodes();
    const network = cutAfter(withFilledWeights(backbone.id, nodes), backbone.featureNode);
    const folded = foldBatchNorm(network);
    const [first] = nodes;
    if (first?.op !== 'input' || !first.preprocessing) throw new Error('a backbone preprocesses');
    const picture = referencePicture(backbone.inputSizePx, first.preprocessing);
    const kernels = await compilePlain();
    const run = async (arithmetic: Arithmetic) => {
      const weightOf = (key: string) => {
        const weight = folded.weights[key];
        if (!weight) throw new Error(`no weight ${key}`);
        return weight;
      };
      const source = { nodes: folded.nodes, weightOf, ranges: normRanges(network) };
      return (await openPackedNetwork(packNetwork(kernels, source, arithmetic))).run(picture);
    };

    const features = await run('float32');
    const largest = Math.max(...reference.features.map(Math.abs));
    spreadFeatures(features, reference).forEach((value, i) => {
      expect(Math.abs(value - (reference.features[i] ?? Number.NaN)) / largest).toBeLessThan(TOLERANCE);
    });
    expect(cosine(await run('int8'), features)).toBeGreaterThan(LEAST_COSINE);
  }, 120_000);
});
