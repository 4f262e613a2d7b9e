/** Each op of a network on its own, and what runtimes merge, at sizes that fill no block: what every runtime is held to. */
import {
  ACTIVATION_KINDS,
  type Network,
  type NetworkNode,
  type PoolNode,
  type Weight,
} from '../../network/network.ts';
import {
  add,
  avgPool,
  batchNorm,
  concat,
  conv,
  dense,
  dropout,
  globalAvgPool,
  padAll,
  relu,
  softmax,
} from '../../network/nodeBuilders.ts';
import type { Plain } from '../../network/reference.ts';
import { inferShapes, weightShapes } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';

/** Of the square map that each case reads. */
const SIZE_PX = 9;
const CHANNELS = 4;
const input: NetworkNode = {
  op: 'input',
  name: 'in',
  inputs: [],
  shape: [SIZE_PX, SIZE_PX, CHANNELS],
  preprocessing: null,
};
const uneven = { top: 0, bottom: 1, left: 2, right: 0 };
const pool = (op: PoolNode['op'], name: string, padding: PoolNode['padding']): NetworkNode => ({
  op,
  name,
  inputs: ['in'],
  poolSize: [3, 2],
  strides: [2, 1],
  padding,
});

/** Each op on its own and the fusions, with odd sizes and padding that differs by side. */
export const OP_CASES: Readonly<Record<string, readonly NetworkNode[]>> = {
  'conv2d, stride 2, even padding': [input, conv('c', 'in', 5, 3, { stride: 2, padding: padAll(1) })],
  'conv2d, uneven padding, no bias': [input, conv('c', 'in', 5, 2, { padding: uneven, useBias: false })],
  'conv2d, unequal strides': [input, { ...conv('c', 'in', 5, 3), strides: [2, 3] }, relu('r', 'c')],
  'conv2d, unequal strides, even padding': [
    input,
    { ...conv('c', 'in', 5, 3, { padding: padAll(1) }), strides: [2, 3] },
  ],
  'depthwise conv2d, unequal strides': [
    input,
    { ...conv('c', 'in', 8, 3, { groups: 4, padding: padAll(1) }), strides: [3, 2] },
  ],
  'grouped conv2d, unequal strides, uneven padding': [
    input,
    { ...conv('c', 'in', 6, 3, { groups: 2, padding: uneven }), strides: [2, 3] },
  ],
  'conv2d with fused relu': [input, conv('c', 'in', 5, 1), relu('r', 'c')],
  'conv2d with fused relu6': [
    input,
    conv('c', 'in', 5, 3),
    { op: 'relu', name: 'r', inputs: ['c'], maxValue: 6 },
  ],
  'conv2d that something else reads beside the relu': [
    input,
    conv('c', 'in', 4, 1),
    relu('r', 'c'),
    add('a', 'r', 'c'),
  ],
  'depthwise conv2d': [input, conv('c', 'in', 8, 3, { groups: 4, padding: padAll(1) }), relu('r', 'c')],
  'grouped conv2d': [
    input,
    conv('c', 'in', 6, 3, { groups: 2, stride: 2, padding: padAll(1) }),
    relu('r', 'c'),
  ],
  'depthwise conv2d of one filter a channel, relu6': [
    input,
    conv('c', 'in', 4, 3, { groups: 4, padding: uneven }),
    { op: 'relu', name: 'r', inputs: ['c'], maxValue: 0.5 },
  ],
  'depthwise conv2d, stride 2, without relu, read by another': [
    input,
    relu('r', 'in'),
    conv('c', 'r', 4, 3, { groups: 4, stride: 2, padding: padAll(1) }),
    conv('d', 'c', 7, 1),
  ],
  'grouped conv2d of many groups': [
    input,
    conv('a', 'in', 24, 1),
    relu('r', 'a'),
    conv('c', 'r', 24, 3, { groups: 6, padding: padAll(1) }),
  ],
  batchNorm: [input, batchNorm('b', 'in', 1e-3)],
  'batchNorm of a concat, relu, conv2d': [
    input,
    conv('a', 'in', 3, 3, { padding: padAll(1) }),
    concat('cat', 'in', 'a'),
    batchNorm('b', 'cat', 1e-3),
    relu('r', 'b'),
    conv('c', 'r', 5, 3, { padding: padAll(1) }),
  ],
  'batchNorm of a map that grows': [
    input,
    conv('a', 'in', 8, 1),
    conv('b', 'a', 8, 3, { padding: padAll(1) }),
    concat('first', 'a', 'b'),
    batchNorm('n', 'first', 1e-3),
    relu('r', 'n'),
    conv('c', 'r', 8, 3, { padding: padAll(1) }),
    concat('second', 'first', 'c'),
    batchNorm('m', 'second', 1e-3),
    relu('s', 'm'),
  ],
  'batchNorm of a row': [input, globalAvgPool('g', 'in'), batchNorm('b', 'g', 1e-3), relu('r', 'b')],
  'relu with a limit of its own': [input, { op: 'relu', name: 'r', inputs: ['in'], maxValue: 0.3 }],
  maxPool: [input, pool('maxPool', 'p', { top: 1, bottom: 1, left: 1, right: 0 })],
  avgPool: [input, pool('avgPool', 'p', { top: 1, bottom: 1, left: 1, right: 0 })],
  'avgPool 2×2 of an odd side': [input, avgPool('p', 'in', 2, 2, padAll(0))],
  globalMaxPool: [input, conv('c', 'in', 5, 1), { op: 'globalMaxPool', name: 'g', inputs: ['c'] }],
  ...Object.fromEntries(
    ACTIVATION_KINDS.map((kind): [string, readonly NetworkNode[]] => [
      kind,
      [
        input,
        conv('c', 'in', 5, 1),
        { op: 'activation', name: 'a', inputs: ['c'], kind, slope: kind === 'leakyRelu' ? 0.2 : 0 },
        conv('d', 'a', 3, 2),
      ],
    ]),
  ),
  globalAvgPool: [input, globalAvgPool('g', 'in')],
  'add of two convolutions without relu': [
    input,
    conv('c', 'in', 5, 1),
    conv('d', 'in', 5, 3, { padding: padAll(1) }),
    add('a', 'c', 'd'),
    conv('e', 'a', 3, 2),
  ],
  add: [input, relu('r', 'in'), add('a', 'in', 'r')],
  concat: [input, relu('r', 'in'), concat('cat', 'in', 'r')],
  'flatten, dropout and dense': [
    input,
    { op: 'flatten', name: 'f', inputs: ['in'] },
    dropout('d', 'f', 0.5),
    dense('h', 'd', 7),
    relu('r', 'h'),
    dense('logits', 'r', 3),
    softmax('s', 'logits'),
  ],
};

/** The same in every run. */
export function withOpWeights(nodes: readonly NetworkNode[]): Network {
  const random = createRandom(4);
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const size = shape.reduce((a, b) => a * b, 1);
      const low = kind === 'movingVariance' ? 0.1 : -0.5;
      weights[`${node.name}/${kind}`] = {
        shape,
        values: new Float32Array(size).map(() => low + random.next()),
      };
    }
  }
  return { name: 'case', nodes, weights };
}

/** Two of them, between −1 and 1; every number is exact in float32. */
export function opExamples(): readonly Plain[] {
  const random = createRandom(8);
  const shape = [SIZE_PX, SIZE_PX, CHANNELS];
  return [0, 1].map(() => ({
    shape,
    values: new Float64Array(SIZE_PX * SIZE_PX * CHANNELS).map(() => Math.fround(random.next() * 2 - 1)),
  }));
}
