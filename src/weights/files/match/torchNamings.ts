/**
 * Names of PyTorch. Our backbones in torchvision's layout are named after its modules, so its names follow by themselves;
 * others that have the same networks under other names get a rule each.
 */
import type { SourceNaming, WeightKind } from './sourceNaming.ts';

/** torch.nn.BatchNorm2d has it, and none of the networks here sets another. */
const TORCH_EPSILON = 1e-5;

const TORCH_KINDS: Readonly<Record<WeightKind, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** @param rename torchvision's name of a module → theirs; null for a module that they do not have */
function torchNaming(id: string, rename: (moduleName: string) => string | null): SourceNaming {
  return {
    id,
    layout: 'pytorch',
    epsilon: TORCH_EPSILON,
    candidates(nodeName, kind) {
      const name = rename(nodeName);
      return name === null ? [] : [`${name}.${TORCH_KINDS[kind]}`];
    },
  };
}

/** The published DenseNet files are older than the names of today: `norm.1` for `norm1`. Source: torchvision.models.densenet. */
function toOldDenseNet(name: string): string {
  return name.replace(/(denselayer\d+\.(?:norm|conv))([12])$/, '$1.$2');
}

/** ResNet for CIFAR as most copies of it are written: a `shortcut`, and `linear` at the end. */
function toCifarResNet(name: string): string {
  return name.replace('.downsample.', '.shortcut.').replace(/^fc$/, 'linear');
}

/** Blocks of each stage of MobileNetV2. Source: Sandler et al., 2018, table 2. */
const MOBILE_STAGES = [1, 2, 3, 4, 3, 3, 1];

/** Parts of an inverted residual block: torchvision's name within it → timm's. The first block does not expand. */
const FIRST_MOBILE_BLOCK = new Map([
  ['0.0', 'conv_dw'],
  ['0.1', 'bn1'],
  ['1', 'conv_pw'],
  ['2', 'bn2'],
]);
const MOBILE_BLOCK = new Map([
  ['0.0', 'conv_pw'],
  ['0.1', 'bn1'],
  ['1.0', 'conv_dw'],
  ['1.1', 'bn2'],
  ['2', 'conv_pwl'],
  ['3', 'bn3'],
]);
const MOBILE_ENDS = new Map([
  ['features.0.0', 'conv_stem'],
  ['features.0.1', 'bn1'],
  ['features.18.0', 'conv_head'],
  ['features.18.1', 'bn2'],
  ['classifier.1', 'classifier'],
]);

/** torchvision numbers the blocks of MobileNetV2 through, timm by stage. */
function toTimmMobileNetV2(name: string): string | null {
  const [, index, part] = /^features\.(\d+)\.conv\.([\d.]+)$/.exec(name) ?? [];
  if (index === undefined || part === undefined) return MOBILE_ENDS.get(name) ?? null;
  let block = Number(index) - 1;
  let stage = 0;
  while (block >= (MOBILE_STAGES[stage] ?? Number.POSITIVE_INFINITY)) block -= MOBILE_STAGES[stage++] ?? 0;
  const theirs = (index === '1' ? FIRST_MOBILE_BLOCK : MOBILE_BLOCK).get(part);
  return theirs === undefined ? null : `blocks.${stage}.${block}.${theirs}`;
}

/** ResNet of the transformers library. Source: transformers.models.resnet. */
function toTransformersResNet(name: string): string | null {
  const stem = new Map([
    ['conv1', 'embedder.embedder.convolution'],
    ['bn1', 'embedder.embedder.normalization'],
    ['fc', 'classifier.1'],
  ]).get(name);
  if (stem !== undefined) return stem;
  const [, stage, block, part] = /^layer(\d+)\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (stage === undefined || part === undefined) return null;
  const layer = `encoder.stages.${Number(stage) - 1}.layers.${block}`;
  if (part === 'downsample.0') return `${layer}.shortcut.convolution`;
  if (part === 'downsample.1') return `${layer}.shortcut.normalization`;
  const [, kind, number] = /^(conv|bn)(\d)$/.exec(part) ?? [];
  if (number === undefined) return null;
  return `${layer}.layer.${Number(number) - 1}.${kind === 'conv' ? 'convolution' : 'normalization'}`;
}

/** torchvision first: timm names its ResNet and DenseNet in the same way. */
export const TORCH_NAMINGS: readonly SourceNaming[] = [
  torchNaming('torchvision', (name) => name),
  torchNaming('torchvisionOldDenseNet', toOldDenseNet),
  torchNaming('cifarResNet', toCifarResNet),
  torchNaming('timmMobileNetV2', toTimmMobileNetV2),
  torchNaming('transformersResNet', toTransformersResNet),
];
