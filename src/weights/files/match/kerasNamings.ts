/** Names of Keras: those of our own nodes, and how they were called in other versions of keras.applications. */
import type { SourceNaming, WeightKind } from './sourceNaming.ts';

/** The likeliest first; the later ones are those of Keras 1, `conv1_W`, with a number where it was loaded and saved again. */
const KERAS_KINDS: Readonly<Record<WeightKind, readonly string[]>> = {
  kernel: ['kernel', 'depthwise_kernel', 'W', 'W_1'],
  bias: ['bias', 'b', 'b_1'],
  gamma: ['gamma', 'gamma_1'],
  beta: ['beta', 'beta_1'],
  movingMean: ['moving_mean', 'running_mean', 'running_mean_1'],
  // It was called a deviation and held the variance.
  movingVariance: ['moving_variance', 'running_std', 'running_std_1'],
};

function kerasNaming(
  id: string,
  epsilon: number | null,
  rename: (layer: string) => readonly string[],
): SourceNaming {
  return {
    id,
    layout: 'keras',
    epsilon,
    candidates: (nodeName, kind) =>
      rename(nodeName).flatMap((layer) =>
        KERAS_KINDS[kind].flatMap((weight) => [`${layer}/${weight}`, `${layer}/${layer}_${weight}`]),
      ),
  };
}

/** keras.applications sets it for the ResNets and DenseNets of today. Source: keras.applications.resnet, .densenet. */
const RESNET_EPSILON = 1.001e-5;
const DENSE_NET_EPSILON = 1.001e-5;

const BRANCHES: Readonly<Record<string, number>> = { '1': 0, '2a': 1, '2b': 2, '2c': 3 };

/**
 * ResNet50 had letters for its blocks and branches, `res4c_branch2a`; now it has numbers, `conv4_block3_1_conv`. The
 * network is the same.
 */
function toNewResNet(layer: string): readonly string[] {
  if (layer === 'conv1') return ['conv1_conv'];
  if (layer === 'bn_conv1') return ['conv1_bn'];
  if (layer === 'fc1000') return ['predictions', 'probs'];
  const [, kind, stage, block = '', branch = ''] = /^(res|bn)(\d)([a-z])_branch(1|2[abc])$/.exec(layer) ?? [];
  if (kind === undefined) return [];
  const number = block.charCodeAt(0) - 96;
  return [`conv${stage}_block${number}_${BRANCHES[branch]}_${kind === 'res' ? 'conv' : 'bn'}`];
}

const DENSE_PARTS: Readonly<Record<string, string>> = {
  norm1: '0_bn',
  conv1: '1_conv',
  norm2: '1_bn',
  conv2: '2_conv',
};

/** The same network as torchvision's, whose nodes ours are called after. Source: keras.applications.densenet. */
function toKerasDenseNet(node: string): readonly string[] {
  const name = node.replace(/^features\./, '');
  const [, block, layer, part = ''] = /^denseblock(\d)\.denselayer(\d+)\.(\w+)$/.exec(name) ?? [];
  if (block !== undefined) return [`conv${Number(block) + 1}_block${layer}_${DENSE_PARTS[part]}`];
  const [, transition, kind] = /^transition(\d)\.(norm|conv)$/.exec(name) ?? [];
  if (transition !== undefined) return [`pool${Number(transition) + 1}_${kind === 'norm' ? 'bn' : 'conv'}`];
  // A slash within the name is of Keras 2.
  if (name === 'conv0') return ['conv1_conv', 'conv1/conv'];
  if (name === 'norm0') return ['conv1_bn', 'conv1/bn'];
  if (name === 'norm5') return ['bn'];
  return name === 'classifier' ? ['predictions', 'fc1000'] : [];
}

/** What `predictions` was called in keras.applications of Keras 2. */
const OLD_TOPS = ['Logits', 'probs', 'fc1000'];

export const KERAS_NAMINGS: readonly SourceNaming[] = [
  kerasNaming('keras', null, (layer) => (layer === 'predictions' ? [layer, ...OLD_TOPS] : [layer])),
  kerasNaming('kerasResNet', RESNET_EPSILON, toNewResNet),
  kerasNaming('kerasDenseNet', DENSE_NET_EPSILON, toKerasDenseNet),
];
