import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPublished, type PublishedBackbone } from '../src/network/backbones/backbone.ts';
import { BACKBONES } from '../src/network/backbones/registry.ts';
import { backbone as RESNET50 } from '../src/network/backbones/resnet50/backbone.ts';
import { cutAfter } from '../src/network/cut.ts';
import { streamNodes } from '../src/network/ranges.ts';
import { unfoldBatchNorm } from '../src/network/unfold.ts';
import { toWeights } from '../src/weights/load.ts';
import { allPartsOf, findPart, type PartId, parseManifest, partSizeBytes } from '../src/weights/manifest.ts';
import { listBackbones } from './backbones.ts';
import { readOriginalWeights } from './originalModel.ts';
import { weightsDirOf } from './paths.ts';
import { isOf, toNetwork } from './weights.ts';

async function readManifest({ id }: PublishedBackbone) {
  return parseManifest(JSON.parse(await readFile(join(weightsDirOf(id), 'manifest.json'), 'utf8')));
}

async function readPart(backbone: PublishedBackbone, id: PartId): Promise<Uint8Array<ArrayBuffer>> {
  const { shards } = findPart(await readManifest(backbone), id);
  const files = shards.map(({ path }) => readFile(join(weightsDirOf(backbone.id), path)));
  return new Uint8Array(Buffer.concat(await Promise.all(files)));
}

it('Node lists the backbones that Vite gathers', async () => {
  expect((await listBackbones()).map(({ id }) => id)).toEqual(BACKBONES.map(({ id }) => id));
});

describe.each(BACKBONES.filter(isPublished))('the weights of $id made by set-up', (backbone) => {
  it('say what they are of', async () => {
    const { backboneId, inputSizePx, featureNode, featureCount, source } = await readManifest(backbone);
    const { id, source: from, ...own } = backbone;
    expect(backboneId).toBe(id);
    expect(own).toMatchObject({ inputSizePx, featureNode, featureCount });
    const { converterVersion: _version, ...credit } = source;
    expect(from).toMatchObject(credit);
  });

  it('are made anew when the folder says something else', async () => {
    const manifest = await readManifest(backbone);
    const { source, streamRanges, featureCount } = backbone;
    expect(isOf(manifest, backbone)).toBe(true);
    expect(isOf(manifest, { ...backbone, source: { ...source, version: '0.0.0' } })).toBe(false);
    expect(isOf(manifest, { ...backbone, featureCount: featureCount + 1 })).toBe(false);
    const more = { ...streamRanges, [backbone.featureNode]: 123 };
    expect(isOf(manifest, { ...backbone, streamRanges: more })).toBe(false);
  });

  it('are shards of at most 4 MiB that match their hashes', async () => {
    const manifest = await readManifest(backbone);
    for (const shard of allPartsOf(manifest).flatMap((part) => part.shards)) {
      const bytes = await readFile(join(weightsDirOf(backbone.id), shard.path));
      expect(bytes.length).toBe(shard.sizeBytes);
      expect(bytes.length).toBeLessThanOrEqual(4 * 1024 ** 2);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(shard.sha256);
    }
  });

  it('name classes, no two alike', async () => {
    const { labels } = await readManifest(backbone);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('have BatchNorm folded and a weight for every convolution', async () => {
    const manifest = await readManifest(backbone);
    expect(manifest.nodes.filter((node) => node.op === 'batchNorm')).toEqual([]);
    const names = new Set(
      (['backbone', 'top'] as const).flatMap((id) =>
        findPart(manifest, id).tensors.map((tensor) => tensor.name),
      ),
    );
    const needed = [...manifest.nodes, ...manifest.topNodes]
      .filter((node) => node.op === 'conv2d' || node.op === 'dense')
      .flatMap((node) => [`${node.name}/kernel`, ...(node.useBias ? [`${node.name}/bias`] : [])]);
    expect(needed.length).toBeGreaterThan(0);
    expect([...names].sort()).toEqual(needed.sort());
  });

  it('have a range for what each convolution reads, the picture and what nobody measured aside', async () => {
    const { nodes, activationRanges = {} } = await readManifest(backbone);
    const byName = new Map(nodes.map((node) => [node.name, node]));
    const unmeasured = backbone.streamRanges ? [] : streamNodes(nodes);
    for (const node of nodes) {
      if (node.op !== 'conv2d') continue;
      let source = byName.get(node.inputs[0] ?? '');
      // A maximum is no larger than what it was taken from.
      while (source?.op === 'maxPool') source = byName.get(source.inputs[0] ?? '');
      if (source?.op === 'input' || unmeasured.includes(source?.name ?? '')) continue;
      expect(Object.keys(activationRanges)).toContain(source?.name);
    }
  });
});

describe('the weights of ResNet50 made by set-up', () => {
  it('are about 51 MB, of 54 layers and 1,000 classes', async () => {
    const manifest = await readManifest(RESNET50);
    const total = allPartsOf(manifest).reduce((sum, part) => sum + partSizeBytes(part), 0);
    expect(total / 1e6).toBeCloseTo(51.4, 1);
    expect(allPartsOf(manifest).flatMap(({ tensors }) => tensors)).toHaveLength(2 * 54 + 3 * 53);
    expect(manifest.labels).toHaveLength(1000);
  });

  it('have a range for each channel where the weights tell, and one for a whole sum', async () => {
    const { activationRanges = {} } = await readManifest(RESNET50);
    expect(activationRanges.relu1).toHaveLength(64);
    expect(activationRanges.relu5c_2b).toHaveLength(512);
    expect(activationRanges.out2a).toHaveLength(1);
  });

  it('differ from the published ones by their rounding only', async () => {
    const original = await readOriginalWeights(RESNET50);
    const top = toWeights(await readManifest(RESNET50), 'top', await readPart(RESNET50, 'top'));
    const expected = original.get('fc1000/kernel')?.values ?? new Float32Array();
    const values = top['fc1000/kernel']?.values ?? new Float32Array();
    // Half of float16's last place: 2^-11 of the value, 2^-25 below its normal range.
    const worst = values.reduce((most, value, index) => {
      const wanted = expected[index] ?? Number.NaN;
      return Math.max(most, Math.abs(value - wanted) - Math.max(Math.abs(wanted) * 2 ** -11, 2 ** -25));
    }, Number.NEGATIVE_INFINITY);
    expect(values).toHaveLength(2_048_000);
    expect(worst).toBeLessThanOrEqual(0);
  });
});

it('BatchNorm of the weights made by set-up is the published one once it is taken out again', async () => {
  const manifest = await readManifest(RESNET50);
  const read = async (id: PartId) => toWeights(manifest, id, await readPart(RESNET50, id));
  const folded = { name: 'resnet50', nodes: manifest.nodes, weights: await read('backbone') };
  const { nodes, weights } = unfoldBatchNorm(folded, RESNET50.buildNodes(), await read('norms'));
  expect(nodes.map(({ name }) => name)).toEqual(
    cutAfter({ ...folded, nodes: RESNET50.buildNodes() }, RESNET50.featureNode).nodes.map(({ name }) => name),
  );
  const original = await readOriginalWeights(RESNET50);
  const norms = nodes.filter(({ op }) => op === 'batchNorm');
  expect(norms).toHaveLength(53);
  for (const { name, inputs } of norms) {
    expect(weights[`${name}/gamma`]?.values, name).toEqual(original.get(`${name}/gamma`)?.values);
    const got = weights[`${inputs[0]}/kernel`]?.values ?? new Float32Array();
    const wanted = original.get(`${inputs[0]}/kernel`)?.values ?? new Float32Array();
    expect(got.length).toBe(wanted.length);
    let [error, all] = [0, 0];
    // A part of 23 million says as much.
    for (let i = 0; i < got.length; i += 37) {
      error += ((got[i] ?? 0) - (wanted[i] ?? 0)) ** 2;
      all += (wanted[i] ?? 0) ** 2;
    }
    // What float16 cost.
    expect(Math.sqrt(error / all), name).toBeLessThan(1e-3);
  }
}, 30_000);

describe('toNetwork', () => {
  it('names a weight that is missing and one that is left over', () => {
    expect(() => toNetwork('resnet50', RESNET50.buildNodes(), new Map())).toThrow('conv1/kernel');
    const stray = { shape: [1], values: Float32Array.of(0) };
    expect(() => toNetwork('none', [], new Map([['stray/kernel', stray]]))).toThrow('stray/kernel');
  });
});
