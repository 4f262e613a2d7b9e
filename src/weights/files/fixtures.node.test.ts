/** Files that PyTorch, safetensors and Keras wrote themselves: every way of writing, read and run as the same network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { checkNetwork } from '../../network/shapes.ts';
import outputs from '../../testing/fixtures/weights/outputs.json';
import {
  TINY_KERAS_NODES,
  TINY_KERAS_NODES_AS_TRAINED,
  TINY_PICTURE,
  TINY_TORCH_NODES,
  tinyValues,
} from '../../testing/weights/tinyNetwork.ts';
import { matchWeights } from './match/matchWeights.ts';
import { readWeights } from './match/readWeights.ts';
import { openTensorFile } from './registry.ts';
import type { TensorFile } from './tensorFile.ts';

const FOLDER = join(import.meta.dirname, '../../testing/fixtures/weights');

/** Names that both programs and ours have, in the order of the formula. */
const TORCH_NAMES = [
  ...[
    'conv1.weight',
    'bn1.weight',
    'bn1.bias',
    'bn1.running_mean',
    'bn1.running_var',
    'bn1.num_batches_tracked',
  ],
  ...['layer1.0.conv1.weight', 'layer1.0.conv1.bias', 'layer1.0.conv2.weight'],
  ...['hidden.weight', 'hidden.bias', 'fc.weight', 'fc.bias'],
];
const KERAS_NAMES = [
  ...['conv1/kernel', 'bn1/gamma', 'bn1/beta', 'bn1/moving_mean', 'bn1/moving_variance'],
  ...['grouped/kernel', 'grouped/bias', 'depthwise/kernel'],
  ...['hidden/kernel', 'hidden/bias', 'fc/kernel', 'fc/bias'],
];

interface Written {
  readonly file: string;
  readonly format: string;
  readonly names: readonly string[];
  readonly nodes: readonly NetworkNode[];
  readonly output: readonly number[];
}

const torch = { names: TORCH_NAMES, nodes: TINY_TORCH_NODES, output: outputs.torch };
const keras = { names: KERAS_NAMES, nodes: TINY_KERAS_NODES, output: outputs.keras };
const WRITTEN: readonly Written[] = [
  { file: 'tiny.pth', format: 'pytorch', ...torch },
  { file: 'tinyOld.pth', format: 'pytorchOld', ...torch },
  { file: 'tinyNested.pth', format: 'pytorch', ...torch, names: TORCH_NAMES.map((name) => `module.${name}`) },
  { file: 'tiny.safetensors', format: 'safetensors', ...torch },
  { file: 'tinyMixed.safetensors', format: 'safetensors', ...torch },
  { file: 'tinyWhole.h5', format: 'kerasH5', ...keras },
  { file: 'tinyOld.h5', format: 'kerasH5', ...keras, nodes: TINY_KERAS_NODES_AS_TRAINED },
  { file: 'tiny.keras', format: 'kerasZip', ...keras },
];

async function open(name: string): Promise<TensorFile> {
  return openTensorFile([{ name, blob: new Blob([new Uint8Array(readFileSync(join(FOLDER, name)))]) }]);
}

describe.each(WRITTEN)('$file', ({ file: fileName, format, names, nodes, output }) => {
  it('lists its tensors and gives their numbers, to the last bit', async () => {
    const file = await open(fileName);
    expect(file.format).toBe(format);
    expect([...file.tensors.keys()].sort()).toEqual([...names].sort());
    for (const [index, name] of names.entries()) {
      const values = await file.read(name);
      const isVariance = /running_var|moving_variance/.test(name);
      const isCounter = name.endsWith('num_batches_tracked');
      expect([...values], name).toEqual(isCounter ? [3] : tinyValues(values.length, index, isVariance));
      const shape = file.tensors.get(name)?.shape ?? [];
      expect(
        shape.reduce((product, side) => product * side, 1),
        name,
      ).toBe(values.length);
    }
    await file.close();
  });

  it('fits the network, which then answers as the program did', async () => {
    const file = await open(fileName);
    const match = matchWeights(nodes, file);
    expect([match.missing, match.extra, match.misfits]).toEqual([[], [], []]);
    const network = { name: 'tiny', nodes, weights: await readWeights(nodes, file, match) };
    checkNetwork(network);
    runReference(network, TINY_PICTURE).values.forEach((value, index) => {
      expect(value).toBeCloseTo(output[index] ?? Number.NaN, 5);
    });
    await file.close();
  });
});

describe('a file of PyTorch that is more than weights', () => {
  it.each([
    ['tinyWhole.pth', { code: 'weightsFileRefused', details: { name: 'tiny.Tiny' } }],
    ['callsSystem.pth', { code: 'weightsFileRefused', details: { name: 'posix.system' } }],
  ])('is refused with its reason: %s', async (name, reason) => {
    await expect(open(name)).rejects.toMatchObject(reason);
  });
});
