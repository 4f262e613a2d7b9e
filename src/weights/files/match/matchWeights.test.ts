/** Names and shapes as torchvision, timm and Keras have them, against networks that are named as torchvision's modules. */
import { describe, expect, it } from 'vitest';
import { findBackbone } from '../../../network/backbones/registry.ts';
import { buildResnet50 } from '../../../network/backbones/resnet50/nodes.ts';
import kerasMobileNetV2 from '../../../testing/fixtures/weights/namesKerasMobileNetV2.json';
import kerasResNet50 from '../../../testing/fixtures/weights/namesKerasResNet50.json';
import timmMobileNetV2 from '../../../testing/fixtures/weights/namesTimmMobileNetV2.json';
import torchResNet18 from '../../../testing/fixtures/weights/namesTorchvisionResNet18.json';
import { madeTensorFile } from '../../../testing/weights/madeTensorFile.ts';
import {
  torchDenseNetNodes,
  torchMobileNetV2Nodes,
  torchResNetNodes,
} from '../../../testing/weights/torchNetworks.ts';
import { matchWeights } from './matchWeights.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

const RESNET18 = torchResNetNodes({ blocks: [2, 2, 2, 2], isBottleneck: false });
const fitsWhole = { missing: [], extra: [], misfits: [] };

/** The same tensors under other names. */
function renamed(shapes: Shapes, rename: (name: string) => string): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [rename(name), shape]));
}

function matchOf(nodes: Parameters<typeof matchWeights>[0], shapes: Shapes) {
  return matchWeights(nodes, madeTensorFile(shapes));
}

describe('weights of PyTorch', () => {
  it('are found by the names of torchvision, in its layout', () => {
    const match = matchOf(RESNET18, torchResNet18);
    expect(match).toMatchObject({ ...fitsWhole, naming: 'torchvision', prefix: '' });
    expect(match.map.get('layer1.0.conv1/kernel')).toEqual({
      source: 'layer1.0.conv1.weight',
      transform: { kind: 'filtersLast' },
    });
    expect(match.map.get('layer2.0.downsample.1/movingVariance')?.source).toBe(
      'layer2.0.downsample.1.running_var',
    );
    expect(match.map.get('fc/kernel')).toEqual({ source: 'fc.weight', transform: { kind: 'unitsLast' } });
    expect(match.map.size).toBe(102);
    expect(match.epsilons.size).toBe(0);
  });

  it.each(['module.', '_orig_mod.', 'backbone.', 'module.encoder_q.', 'layer1.0.'])(
    'are found behind a prefix: %s',
    (prefix) => {
      const match = matchOf(
        RESNET18,
        renamed(torchResNet18, (name) => prefix + name),
      );
      expect(match).toMatchObject({ ...fitsWhole, prefix });
    },
  );

  it('are found by the names of timm, each block of each stage', () => {
    const match = matchOf(torchMobileNetV2Nodes(), timmMobileNetV2);
    expect(match).toMatchObject({ ...fitsWhole, naming: 'timmMobileNetV2' });
    const sources = [
      'features.1.conv.0.0',
      'features.1.conv.1',
      'features.4.conv.1.0',
      'features.17.conv.2',
      'classifier.1',
    ];
    expect(sources.map((name) => match.map.get(`${name}/kernel`)?.source)).toEqual([
      'blocks.0.0.conv_dw.weight',
      'blocks.0.0.conv_pw.weight',
      'blocks.2.0.conv_dw.weight',
      'blocks.6.0.conv_pwl.weight',
      'classifier.weight',
    ]);
  });

  it('are found by the names of copies for CIFAR', () => {
    const shapes = renamed(torchResNet18, (name) =>
      name.replace('downsample', 'shortcut').replace(/^fc/, 'linear'),
    );
    expect(matchOf(RESNET18, shapes)).toMatchObject({ ...fitsWhole, naming: 'cifarResNet' });
  });

  it('are found by the names of the transformers library, whose classifier stands outside', () => {
    const rename = (name: string) =>
      name
        .replace(/^conv1\./, 'embedder.embedder.convolution.')
        .replace(/^bn1\./, 'embedder.embedder.normalization.')
        .replace(/^layer(\d)\.(\d)\./, (_, stage, block) => `encoder.stages.${stage - 1}.layers.${block}.`)
        .replace(/\.conv(\d)\./, (_, number) => `.layer.${number - 1}.convolution.`)
        .replace(/\.bn(\d)\./, (_, number) => `.layer.${number - 1}.normalization.`)
        .replace('.downsample.0.', '.shortcut.convolution.')
        .replace('.downsample.1.', '.shortcut.normalization.');
    const shapes = renamed(torchResNet18, (name) =>
      name.startsWith('fc.') ? name.replace('fc', 'classifier.1') : `resnet.${rename(name)}`,
    );
    expect(matchOf(RESNET18, shapes)).toMatchObject({
      ...fitsWhole,
      naming: 'transformersResNet',
      prefix: 'resnet.',
    });
  });

  it('are found by the names that DenseNet was published with', () => {
    const nodes = torchDenseNetNodes([1]);
    const layer = 'features.denseblock1.denselayer1';
    const match = matchOf(nodes, {
      'features.conv0.weight': [64, 3, 7, 7],
      [`${layer}.norm.1.running_mean`]: [64],
      [`${layer}.conv.1.weight`]: [128, 64, 1, 1],
      [`${layer}.conv.2.weight`]: [32, 128, 3, 3],
    });
    expect(match).toMatchObject({ naming: 'torchvisionOldDenseNet', extra: [], misfits: [] });
    expect(match.map.get(`${layer}.conv2/kernel`)?.source).toBe(`${layer}.conv.2.weight`);
    expect(match.map.get(`${layer}.norm1/movingMean`)?.source).toBe(`${layer}.norm.1.running_mean`);
  });

  it('have a place for what is missing, what is left and what has another shape', () => {
    const { 'bn1.bias': _left, ...rest } = torchResNet18;
    const match = matchOf(RESNET18, { ...rest, 'fc.weight': [10, 512], 'ema.decay': [1] });
    expect(match).toMatchObject({
      missing: ['bn1/beta'],
      extra: ['ema.decay'],
      misfits: [{ key: 'fc/kernel', source: 'fc.weight', expected: [1000, 512], found: [10, 512] }],
    });
  });
});

describe('weights of Keras', () => {
  it('are found by the names of today, with the epsilon that they were trained with', () => {
    const match = matchOf(buildResnet50(), kerasResNet50);
    expect(match).toMatchObject({ ...fitsWhole, naming: 'kerasResNet' });
    expect(match.map.get('res3b_branch2c/kernel')).toEqual({
      source: 'conv3_block2_3_conv/kernel',
      transform: { kind: 'same' },
    });
    expect(match.map.get('bn2a_branch1/movingMean')?.source).toBe('conv2_block1_0_bn/moving_mean');
    expect(match.map.get('fc1000/bias')?.source).toBe('predictions/bias');
    expect(match.epsilons.size).toBe(53);
    expect(match.epsilons.get('bn_conv1')).toBe(1.001e-5);
  });

  it.each([
    ['predictions', ''],
    ['Logits', ''],
    ['predictions', 'mobilenetv2_1.00_224/'],
  ])('of MobileNetV2 are found, its top under the name %s, behind “%s”', (top, prefix) => {
    const nodes = findBackbone('mobilenet-v2-keras').buildNodes();
    const shapes = renamed(kerasMobileNetV2, (name) => prefix + name.replace(/^predictions/, top));
    const match = matchOf(nodes, shapes);
    expect(match).toMatchObject({ ...fitsWhole, naming: 'keras', prefix });
    expect(match.map.get('block_1_depthwise/kernel')?.source).toBe(`${prefix}block_1_depthwise/kernel`);
    expect(match.epsilons.size).toBe(0);
    // That of torchvision has other names, and pads in another way.
    expect(matchOf(findBackbone('mobilenet-v2').buildNodes(), shapes).map.size).toBe(0);
  });

  it('believe the file before the rule', () => {
    const file = madeTensorFile(kerasResNet50, { conv1_bn: 1e-3 });
    const match = matchWeights(buildResnet50(), file);
    expect(match.epsilons.has('bn_conv1')).toBe(false);
    expect(match.epsilons.get('bn2a_branch1')).toBe(1.001e-5);
  });

  it.each([
    ['of Keras 2', (layer: string, weight: string) => `${layer}/${weight}`],
    [
      'of Keras 1',
      (layer: string, weight: string) => {
        const old =
          { kernel: 'W', bias: 'b', moving_mean: 'running_mean', moving_variance: 'running_std' }[weight] ??
          weight;
        return `${layer}/${layer}_${old}`;
      },
    ],
    [
      'of Keras 1, saved once more',
      (layer: string, weight: string) => {
        const old =
          { kernel: 'W', bias: 'b', moving_mean: 'running_mean', moving_variance: 'running_std' }[weight] ??
          weight;
        return `${layer}/${layer}_${old}_1`;
      },
    ],
  ])('are found by the names %s', (_what, toName) => {
    const layers = new Map(
      [...matchOf(buildResnet50(), kerasResNet50).map].map(([key, { source }]) => [
        source,
        key.split('/')[0] ?? '',
      ]),
    );
    const shapes = renamed(kerasResNet50, (name) => toName(layers.get(name) ?? '', name.split('/')[1] ?? ''));
    const match = matchOf(buildResnet50(), shapes);
    expect(match).toMatchObject({ ...fitsWhole, naming: 'keras' });
    expect(match.epsilons.size).toBe(0);
  });

  it('are found within a model that holds the network', () => {
    const match = matchOf(
      buildResnet50(),
      renamed(kerasResNet50, (name) => `resnet50/${name}`),
    );
    expect(match).toMatchObject({ ...fitsWhole, prefix: 'resnet50/' });
    expect(match.epsilons.size).toBe(53);
  });
});
