/** Small fine-tuned parts for the tests of their training. */

import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import {
  ACTIVATION_KINDS,
  type ActivationKind,
  type Network,
  type NetworkNode,
  type Padding,
  type PoolNode,
  type Weight,
} from '../../network/network.ts';
import {
  add,
  batchNorm,
  conv,
  dense,
  dropout,
  globalAvgPool,
  padAll,
  relu,
  softmax,
} from '../../network/nodeBuilders.ts';
import { inferShapes, sizeOf, weightShapes } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';

export const CLASSES = 3;
/** Of the maps that a part reads. */
export const PART_SHAPE = [6, 7, 4] as const;

export const PART_INPUT: NetworkNode = {
  op: 'input',
  name: 'in',
  inputs: [],
  shape: PART_SHAPE,
  preprocessing: null,
};
const uneven: Padding = { top: 0, bottom: 1, left: 2, right: 1 };
const pool = (op: PoolNode['op'], padding: Padding, strides: readonly [number, number]): NetworkNode => ({
  op,
  name: 'p',
  inputs: ['first'],
  poolSize: [3, 2],
  strides,
  padding,
});
const relu6 = (name: string, from: string, maxValue = 6): NetworkNode => ({
  op: 'relu',
  name,
  inputs: [from],
  maxValue,
});
const activation = (kind: ActivationKind, from: string): NetworkNode => ({
  op: 'activation',
  name: kind,
  inputs: [from],
  kind,
  slope: kind === 'leakyRelu' ? 0.2 : 0,
});
/** Something that trains before the node in question, so that this one has to send a gradient on. */
const first = conv('first', 'in', 4, 1);
/** What follows the node in question. */
export const endOfPart = (from: string) => [
  globalAvgPool('gap', from),
  dense('logits', 'gap', CLASSES),
  softmax('s', 'logits'),
];

/** Each op with something before it that trains; odd sizes, padding that differs by side. */
export const PARTS: Readonly<Record<string, readonly NetworkNode[]>> = {
  'a 3×3 convolution': [
    PART_INPUT,
    first,
    conv('c', 'first', 5, 3, { padding: padAll(1) }),
    ...endOfPart('c'),
  ],
  'a strided 1×1 convolution with relu': [
    PART_INPUT,
    first,
    conv('c', 'first', 6, 1, { stride: 2 }),
    relu('r', 'c'),
    ...endOfPart('r'),
  ],
  'a strided convolution, uneven padding, no bias, relu6': [
    PART_INPUT,
    first,
    { ...conv('c', 'first', 5, 3, { padding: uneven, useBias: false }), strides: [2, 3] },
    relu6('r', 'c'),
    ...endOfPart('r'),
  ],
  'a grouped convolution': [
    PART_INPUT,
    first,
    conv('c', 'first', 6, 3, { groups: 2, stride: 2, padding: padAll(1) }),
    relu('r', 'c'),
    ...endOfPart('r'),
  ],
  'a depthwise convolution': [
    PART_INPUT,
    first,
    conv('c', 'first', 8, 3, { groups: 4, padding: uneven }),
    relu('r', 'c'),
    ...endOfPart('r'),
  ],
  'a filter for each channel, with strides': [
    PART_INPUT,
    conv('first', 'in', 7, 1),
    conv('c', 'first', 7, 3, { groups: 7, stride: 2, padding: uneven }),
    relu6('r', 'c'),
    ...endOfPart('r'),
  ],
  'wide layers, with room for whole tiles': [
    PART_INPUT,
    conv('first', 'in', 16, 3, { padding: padAll(1) }),
    relu('first_relu', 'first'),
    conv('c', 'first_relu', 24, 3, { stride: 2, padding: padAll(1) }),
    relu('r', 'c'),
    conv('d', 'r', 16, 3, { padding: uneven }),
    relu6('d_relu', 'd'),
    conv('e', 'd_relu', 16, 1),
    ...endOfPart('e'),
  ],
  'a convolution that two read, and a relu with a limit': [
    PART_INPUT,
    first,
    relu6('r', 'first', 0.3),
    add('a', 'r', 'first'),
    ...endOfPart('a'),
  ],
  maxPool: [
    PART_INPUT,
    first,
    pool('maxPool', { top: 1, bottom: 1, left: 1, right: 0 }, [2, 1]),
    ...endOfPart('p'),
  ],
  'maxPool that leaves pixels out': [
    PART_INPUT,
    first,
    pool('maxPool', { top: 0, bottom: 0, left: 0, right: 0 }, [4, 3]),
    ...endOfPart('p'),
  ],
  avgPool: [
    PART_INPUT,
    first,
    pool('avgPool', { top: 1, bottom: 2, left: 0, right: 1 }, [2, 2]),
    ...endOfPart('p'),
  ],
  'concat and batchNorm': [
    PART_INPUT,
    first,
    batchNorm('b', 'first', 1e-3),
    { op: 'concat', name: 'cat', inputs: ['b', 'in', 'first'] },
    ...endOfPart('cat'),
  ],
  'every activation, and the largest of each map': [
    PART_INPUT,
    first,
    ...ACTIVATION_KINDS.map((kind) => activation(kind, 'first')),
    { op: 'concat', name: 'cat', inputs: [...ACTIVATION_KINDS] },
    { op: 'globalMaxPool', name: 'gmp', inputs: ['cat'] },
    dense('logits', 'gmp', CLASSES),
    softmax('s', 'logits'),
  ],
  'a bottleneck': [
    PART_INPUT,
    conv('a', 'in', 3, 1, { stride: 2 }),
    relu('a_relu', 'a'),
    conv('b', 'a_relu', 3, 3, { padding: padAll(1) }),
    relu('b_relu', 'b'),
    conv('c', 'b_relu', 8, 1),
    conv('shortcut', 'in', 8, 1, { stride: 2 }),
    add('sum', 'c', 'shortcut'),
    relu('out', 'sum'),
    ...endOfPart('out'),
  ],
  'flatten and two dense layers': [
    PART_INPUT,
    first,
    { op: 'flatten', name: 'f', inputs: ['first'] },
    dense('h', 'f', 7),
    relu('r', 'h'),
    dense('logits', 'r', CLASSES),
    softmax('s', 'logits'),
  ],
};

/** With two dropouts, one of them on a map. */
export const DROPOUT_PART: readonly NetworkNode[] = [
  PART_INPUT,
  first,
  relu('first_relu', 'first'),
  dropout('d', 'first_relu', 0.4),
  conv('c', 'd', 8, 3, { padding: padAll(1) }),
  relu('r', 'c'),
  globalAvgPool('gap', 'r'),
  dropout('d2', 'gap', 0.25),
  dense('logits', 'd2', CLASSES),
  softmax('s', 'logits'),
];

/** The same weights for the same nodes; none of them zero. */
export function createPart(nodes: readonly NetworkNode[]): Network {
  const random = createRandom(4);
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const low = kind === 'movingVariance' ? 0.2 : -0.5;
      weights[`${node.name}/${kind}`] = {
        shape,
        values: new Float32Array(sizeOf(shape)).map(() => low + random.next()),
      };
    }
  }
  return { name: 'part', nodes, weights };
}

/** Nothing but the loss moves the weights: a step of plain gradient descent at rate 1 is the gradient. */
export const BARE: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  dropout: 0,
  l2: 0,
  optimizer: 'sgd',
  momentum: 0,
  learningRate: 1,
  batchSize: 8,
};
