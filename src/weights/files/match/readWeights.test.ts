import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../../network/network.ts';
import { batchNorm, conv, dense, featureInput, imageInput } from '../../../network/nodeBuilders.ts';
import torchResNet18 from '../../../testing/fixtures/weights/namesTorchvisionResNet18.json';
import { madeTensorFile } from '../../../testing/weights/madeTensorFile.ts';
import { torchResNetNodes } from '../../../testing/weights/torchNetworks.ts';
import { matchWeights } from './matchWeights.ts';
import { readWeights } from './readWeights.ts';

const AS_IS = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };
const norm: NetworkNode[] = [imageInput('in', 2, AS_IS), batchNorm('bn', 'in', 1e-3)];
const channels = { 'bn.weight': [3], 'bn.bias': [3], 'bn.running_mean': [3], 'bn.running_var': [3] };
const variances = { 'bn.running_var': [0, 1e-5, 4] };

describe('weights that fit', () => {
  it('are laid out as ours', async () => {
    const nodes = [imageInput('in', 4, AS_IS), conv('c', 'in', 2, 2)];
    const weights = await readWeights(nodes, madeTensorFile({ 'c.weight': [2, 3, 2, 2], 'c.bias': [2] }));
    // At (0, 0) the first channels of both filters, then the second: each filter has 12 numbers, each channel 4.
    expect([...(weights['c/kernel']?.values ?? [])].slice(0, 8)).toEqual([0, 12, 4, 16, 8, 20, 1, 13]);
    expect(weights['c/kernel']?.shape).toEqual([2, 2, 3, 2]);
    expect(weights['c/bias']).toEqual({ shape: [2], values: Float32Array.of(0, 1) });
  });

  it('give what they gave, whatever the epsilon', async () => {
    const weights = await readWeights(
      norm,
      madeTensorFile(channels, {}, { 'bn.weight': [2, 2, 2], ...variances }),
    );
    const gamma = weights['bn/gamma']?.values ?? [];
    [0, 1e-5, 4].forEach((variance, channel) => {
      expect((gamma[channel] ?? 0) / Math.sqrt(variance + 1e-3)).toBeCloseTo(
        2 / Math.sqrt(variance + 1e-5),
        3,
      );
    });
    expect([...(weights['bn/movingVariance']?.values ?? [])]).toEqual(
      variances['bn.running_var'].map(Math.fround),
    );
  });

  it('are read once each, with progress, and end when they are cancelled', async () => {
    const file = madeTensorFile(channels);
    const progress: number[] = [];
    await readWeights(norm, file, matchWeights(norm, file), { onProgress: (done) => progress.push(done) });
    expect(file.readNames).toHaveLength(4);
    expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
    const signal = AbortSignal.abort();
    await expect(readWeights(norm, file, matchWeights(norm, file), { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(file.readNames).toHaveLength(4);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused with %s among them', async (value) => {
    const file = madeTensorFile(channels, {}, { 'bn.bias': [0, value, 0] });
    await expect(readWeights(norm, file)).rejects.toMatchObject({
      code: 'weightsFileNotFinite',
      details: { name: 'bn.bias' },
    });
  });
});

describe('weights of another network', () => {
  const resNet = (blocks: readonly number[], isBottleneck: boolean, more = {}) =>
    torchResNetNodes({ blocks, isBottleneck, ...more });
  const RESNET18 = resNet([2, 2, 2, 2], false);
  const shapes: Readonly<Record<string, readonly number[]>> = torchResNet18;

  async function refusal(nodes: readonly NetworkNode[], given: Readonly<Record<string, readonly number[]>>) {
    const file = madeTensorFile(given);
    const thrown = await readWeights(nodes, file).catch((error: unknown) => error);
    expect(file.readNames).toEqual([]);
    return thrown;
  }

  it.each<[string, NetworkNode[]]>([
    ['a deeper one', resNet([3, 4, 6, 3], false)],
    ['one of another kind of block', resNet([3, 4, 6, 3], true)],
    ['one with groups', resNet([3, 4, 6, 3], true, { groups: 32, widthPerGroup: 4 })],
    ['one without a name in common', [featureInput('x', 8), dense('elsewhere', 'x', 2)]],
  ])('are named where the network is %s', async (_what, nodes) => {
    expect(await refusal(nodes, shapes)).toMatchObject({
      code: 'weightsOtherNetwork',
      details: { looksLike: 'ResNet18' },
    });
  });

  it('are named although every weight fits, where there are more', async () => {
    const more = { 'layer1.2.conv1.weight': [64, 64, 3, 3], 'layer1.2.conv2.weight': [64, 64, 3, 3] };
    expect(await refusal(RESNET18, { ...shapes, ...more })).toMatchObject({
      code: 'weightsOtherNetwork',
      details: { looksLike: 'ResNet (3, 2, 2, 2)' },
    });
  });

  it('are taken where what there is more lies beside the network', async () => {
    const prefixed = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [`backbone.${name}`, shape]),
    );
    const file = madeTensorFile({ ...prefixed, 'decoder.0.weight': [8, 512, 3, 3] });
    expect(Object.keys(await readWeights(RESNET18, file))).toHaveLength(102);
  });

  it('are of the small pictures of CIFAR where the first kernel is', async () => {
    expect(await refusal(RESNET18, { ...shapes, 'conv1.weight': [64, 3, 3, 3] })).toMatchObject({
      code: 'weightsOtherNetwork',
      details: { looksLike: 'ResNet18 (CIFAR)' },
    });
  });

  it('are called unknown where nothing tells them', async () => {
    expect(await refusal(RESNET18, { 'encoder.weight': [3, 3] })).toMatchObject({
      code: 'weightsUnknownNetwork',
    });
  });

  it('are told apart from those of other classes, and from a file that lacks a few', async () => {
    expect(await refusal(RESNET18, { ...shapes, 'fc.weight': [10, 512], 'fc.bias': [10] })).toMatchObject({
      code: 'weightsOtherClasses',
      details: { found: 10, expected: 1000 },
    });
    const { 'fc.weight': _kernel, 'fc.bias': _bias, ...headless } = shapes;
    expect(await refusal(RESNET18, headless)).toMatchObject({
      code: 'weightsIncomplete',
      details: { name: 'fc/kernel', missingCount: 2, total: 102 },
    });
  });
});
