import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RESNET50 } from '../src/network/backbones/resnet50/resnet50.ts';
import { toWeights } from '../src/weights/load.ts';
import { findPart, PART_IDS, type PartId, parseManifest, partSizeBytes } from '../src/weights/manifest.ts';
import { readOriginalWeights } from './originalModel.ts';
import { WEIGHTS_DIR } from './paths.ts';
import { toNetwork } from './weights.ts';

async function readManifest() {
  return parseManifest(JSON.parse(await readFile(join(WEIGHTS_DIR, 'manifest.json'), 'utf8')));
}

async function readPart(id: PartId): Promise<Uint8Array<ArrayBuffer>> {
  const { shards } = findPart(await readManifest(), id);
  return new Uint8Array(
    Buffer.concat(await Promise.all(shards.map((shard) => readFile(join(WEIGHTS_DIR, shard.path))))),
  );
}

describe('the weights made by set-up', () => {
  it('are about 51 MB in shards of at most 4 MiB that match their hashes', async () => {
    const manifest = await readManifest();
    const total = manifest.parts.reduce((sum, part) => sum + partSizeBytes(part), 0);
    expect(total / 1e6).toBeCloseTo(51.1, 1);
    for (const shard of manifest.parts.flatMap((part) => part.shards)) {
      const bytes = await readFile(join(WEIGHTS_DIR, shard.path));
      expect(bytes.length).toBe(shard.sizeBytes);
      expect(bytes.length).toBeLessThanOrEqual(4 * 1024 ** 2);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(shard.sha256);
    }
  });

  it('name 1,000 classes, no two alike', async () => {
    expect(new Set((await readManifest()).labels).size).toBe(1000);
  });

  it('have BatchNorm folded and a weight for every convolution', async () => {
    const manifest = await readManifest();
    expect(manifest.nodes.filter((node) => node.op === 'batchNorm')).toEqual([]);
    const names = new Set(
      PART_IDS.flatMap((id) => findPart(manifest, id).tensors.map((tensor) => tensor.name)),
    );
    const needed = [...manifest.nodes, ...manifest.topNodes]
      .filter((node) => node.op === 'conv2d' || node.op === 'dense')
      .flatMap((node) => [`${node.name}/kernel`, `${node.name}/bias`]);
    expect(needed).toHaveLength(2 * 54);
    expect([...names].sort()).toEqual(needed.sort());
  });

  it('have a range for what each convolution reads, the picture itself aside', async () => {
    const { nodes, activationRanges = {} } = await readManifest();
    const byName = new Map(nodes.map((node) => [node.name, node]));
    for (const node of nodes) {
      if (node.op !== 'conv2d') continue;
      let source = byName.get(node.inputs[0] ?? '');
      // A maximum is no larger than what it was taken from.
      while (source?.op === 'maxPool') source = byName.get(source.inputs[0] ?? '');
      if (source?.op !== 'input') expect(Object.keys(activationRanges)).toContain(source?.name);
    }
    expect(activationRanges.relu1).toHaveLength(64);
    expect(activationRanges.relu5c_2b).toHaveLength(512);
    expect(activationRanges.out2a).toHaveLength(1);
  });

  it('differ from the published ones by their rounding only', async () => {
    const original = await readOriginalWeights();
    const top = toWeights(await readManifest(), 'top', await readPart('top'));
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

describe('toNetwork', () => {
  it('names a weight that is missing and one that is left over', () => {
    expect(() => toNetwork(RESNET50.buildNodes(), new Map())).toThrow('conv1/kernel');
    const stray = { shape: [1], values: Float32Array.of(0) };
    expect(() => toNetwork([], new Map([['stray/kernel', stray]]))).toThrow('stray/kernel');
  });
});
