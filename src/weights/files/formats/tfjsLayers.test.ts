import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { writeTfjsLayers } from '../../../formats/tfjs/writer.ts';
import type { Network, NetworkNode } from '../../../network/network.ts';
import { batchNorm, conv, dense, relu } from '../../../network/nodeBuilders.ts';
import { inferShapes, sizeOf, weightShapes } from '../../../network/shapes.ts';
import { matchWeights } from '../match/matchWeights.ts';
import { readWeights } from '../match/readWeights.ts';
import { openTensorFile } from '../registry.ts';
import type { WeightFile } from '../tensorFile.ts';

const nodes: NetworkNode[] = [
  { op: 'input', name: 'input', inputs: [], shape: [8, 8, 3], preprocessing: null },
  conv('conv', 'input', 4, 3),
  batchNorm('norm', 'conv', 1e-3),
  relu('relu', 'norm'),
  conv('deep', 'relu', 8, 3, { groups: 4 }),
  { op: 'flatten', name: 'flat', inputs: ['deep'] },
  dense('fc', 'flat', 2),
];

/** Numbers of which float16 carries only those of the first tensor. */
function madeNetwork(): Network {
  const shapes = inferShapes(nodes);
  let count = 0;
  const weights = nodes.flatMap((node) =>
    weightShapes(
      node,
      node.inputs.map((name) => shapes.get(name) ?? []),
    ).map(({ kind, shape }) => {
      const first = count++ === 0;
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (first ? i / 64 : i / 7 + count));
      return [`${node.name}/${kind}`, { shape, values }] as const;
    }),
  );
  return { name: 'made', nodes, weights: Object.fromEntries(weights) };
}

const network = madeNetwork();
const { modelJson, shards } = writeTfjsLayers(network);
type ModelJson = typeof modelJson;

const asFile = (name: string, content: string | Uint8Array<ArrayBuffer>): WeightFile => ({
  name,
  blob: new Blob([content]),
});

/** Model and shards as they are dropped together, in shards of 100 bytes so that tensors reach over them. */
function dropped(change: (json: ModelJson) => void = () => {}): WeightFile[] {
  const [shard] = shards;
  if (!shard) throw new Error('no shard');
  const pieces = Array.from({ length: Math.ceil(shard.length / 100) }, (_, i) =>
    shard.slice(100 * i, 100 * (i + 1)),
  );
  const json = structuredClone(modelJson);
  const [group] = json.weightsManifest;
  group?.paths.splice(0, 1, ...pieces.map((_, i) => `piece${i}.bin`));
  change(json);
  return [
    ...pieces.map((piece, i) => asFile(`piece${i}.bin`, piece)),
    asFile('model.json', JSON.stringify(json)),
  ];
}

async function asZip(files: readonly WeightFile[], folder = ''): Promise<WeightFile> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 6 });
  for (const { name, blob } of files) {
    await zip.add(
      folder + name,
      name.endsWith('.json')
        ? new TextReader(await blob.text())
        : new Uint8ArrayReader(new Uint8Array(await blob.arrayBuffer())),
    );
  }
  return asFile('model.zip', await zip.close());
}

describe('a layers model of TensorFlow.js', () => {
  it.each<[string, () => Promise<WeightFile[]>]>([
    ['files dropped together', async () => dropped()],
    ['a zip', async () => [await asZip(dropped())]],
    ['a zip with a folder', async () => [await asZip(dropped(), 'made/model/')]],
  ])('gives its weights to the last bit, as %s', async (_what, make) => {
    const file = await openTensorFile(await make());
    expect(file.format).toBe('tfjsLayers');
    expect(file.tensors.get('conv/kernel')?.dtype).toBe('float16');
    const match = matchWeights(nodes, file);
    expect(match).toMatchObject({ naming: 'keras', missing: [], extra: [], misfits: [] });
    expect(file.epsilons.get('norm')).toBe(1e-3);
    expect(await readWeights(nodes, file, match)).toEqual(network.weights);
  });

  it('says which part is missing', async () => {
    const reason = { code: 'weightsFilePartMissing', details: { file: 'piece3.bin' } };
    const files = dropped().filter(({ name }) => name !== 'piece3.bin');
    await expect(openTensorFile(files)).rejects.toMatchObject(reason);
    await expect(openTensorFile([await asZip(files)])).rejects.toMatchObject(reason);
  });

  it.each<[string, string, (json: ModelJson) => void]>([
    [
      'one shard for two',
      'weightsFileDamaged',
      (json) => json.weightsManifest.push({ paths: ['piece0.bin'], weights: [] }),
    ],
    [
      'a tensor listed twice',
      'weightsFileDamaged',
      ({ weightsManifest: [group] }) => group?.weights.push(...group.weights.slice(0, 1)),
    ],
    [
      'a negative side',
      'weightsFileDamaged',
      ({ weightsManifest: [group] }) => Object.assign(group?.weights[0] ?? {}, { shape: [-1] }),
    ],
    [
      'more weights than its shards',
      'weightsFileDamaged',
      ({ weightsManifest: [group] }) => group?.weights.push({ name: 'x', shape: [9], dtype: 'float32' }),
    ],
    [
      'a terabyte',
      'weightsFileTooLarge',
      ({ weightsManifest: [group] }) =>
        group?.weights.push({ name: 'x', shape: [1e6, 1e6], dtype: 'float32' }),
    ],
    [
      'numbers of eight bits',
      'weightsFileUnsupported',
      ({ weightsManifest: [group] }) =>
        Object.assign(group?.weights[0] ?? {}, { quantization: { dtype: 'uint8' } }),
    ],
    ['a graph', 'weightsFileUnsupported', (json) => Object.assign(json, { format: 'graph-model' })],
    ['no weights', 'weightsFileDamaged', (json) => Object.assign(json, { weightsManifest: 'none' })],
    ['an empty list', 'weightsFileEmpty', (json) => Object.assign(json, { weightsManifest: [] })],
  ])('is refused for %s', async (_what, code, change) => {
    await expect(openTensorFile(dropped(change))).rejects.toMatchObject({ code });
  });
});
