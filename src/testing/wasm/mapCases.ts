/** What is no convolution: pools, sums, concatenations and roundings of odd shapes, and what reads them. */

import { ACTIVATION_KINDS, type NetworkNode, type Padding, type PoolNode } from '../../network/network.ts';
import {
  avgPool,
  batchNorm,
  conv,
  dense,
  globalAvgPool,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../network/nodeBuilders.ts';
import { addAll, concat, inputOf, reluTo, type TestCase } from './madeUpNetworks.ts';

/** Low enough to cut off a good part. */
const LIMIT = 0.6;

const POOL_PADDING: Padding = { top: 1, bottom: 2, left: 1, right: 0 };
const pool = (op: PoolNode['op'], name: string, input: string): NetworkNode => ({
  op,
  name,
  inputs: [input],
  poolSize: [3, 2],
  strides: [2, 1],
  padding: POOL_PADDING,
});

/** Two convolutions whose outputs have odd numbers of channels, one with a range a channel. */
const BRANCHES: readonly NetworkNode[] = [
  inputOf(5, 7, 3),
  conv('a', 'in', 3, 1),
  relu('reluA', 'a'),
  conv('b', 'in', 5, 3, { padding: padAll(1) }),
  relu('reluB', 'b'),
];
const BRANCH_RANGES = { reluA: 'channel', reluB: 'map' } as const;
const picture = inputOf(5, 7, 5);
const first = relu('first', 'in');
const byChannel = { first: 'channel' } as const;

/** Title and network of each case. */
export const MAP_CASES: Readonly<Record<string, TestCase>> = {
  'the picture alone': { nodes: [picture], ranges: {} },
  'maxPool of floats on both sides of zero': { nodes: [picture, pool('maxPool', 'pool', 'in')], ranges: {} },
  'maxPool of codes, read by a padded convolution': {
    nodes: [
      picture,
      first,
      pool('maxPool', 'pool', 'first'),
      conv('conv', 'pool', 9, 3, { padding: padAll(1) }),
    ],
    ranges: byChannel,
  },
  'maxPool read as codes and as floats': {
    nodes: [
      picture,
      first,
      pool('maxPool', 'pool', 'first'),
      conv('conv', 'pool', 5, 1),
      addAll('sum', 'pool', 'conv'),
    ],
    ranges: byChannel,
  },
  avgPool: { nodes: [picture, pool('avgPool', 'pool', 'in')], ranges: {} },
  'avgPool, encoded behind it': {
    nodes: [picture, first, pool('avgPool', 'pool', 'first'), conv('conv', 'pool', 9, 2)],
    ranges: byChannel,
  },
  'globalAvgPool of 1 channel': { nodes: [inputOf(3, 5, 1), globalAvgPool('mean', 'in')], ranges: {} },
  'globalAvgPool of 17 channels': {
    nodes: [inputOf(7, 3, 17), first, globalAvgPool('mean', 'first')],
    ranges: byChannel,
  },
  'concat of odd numbers of channels, as floats': {
    nodes: [...BRANCHES, concat('all', 'reluA', 'in', 'reluB')],
    ranges: BRANCH_RANGES,
  },
  'concat of odd numbers of channels, as codes': {
    nodes: [
      ...BRANCHES,
      concat('all', 'reluA', 'reluB', 'reluA'),
      conv('conv', 'all', 9, 3, { padding: padAll(1) }),
    ],
    ranges: BRANCH_RANGES,
  },
  'concat of a map with codes and one without': {
    nodes: [...BRANCHES, concat('all', 'reluA', 'reluB'), conv('conv', 'all', 4, 2)],
    ranges: { reluB: 'channel' },
  },
  'concat read as codes and as floats': {
    nodes: [
      ...BRANCHES,
      concat('all', 'reluA', 'reluB'),
      conv('conv', 'all', 8, 1),
      addAll('sum', 'all', 'conv'),
    ],
    ranges: BRANCH_RANGES,
  },
  'a pool of a concat of codes': {
    nodes: [
      ...BRANCHES,
      concat('all', 'reluB', 'reluA'),
      maxPool('pool', 'all', 3, 2, padAll(1)),
      conv('conv', 'pool', 3, 1),
    ],
    ranges: BRANCH_RANGES,
  },
  'add of two maps': { nodes: [picture, first, addAll('sum', 'in', 'first')], ranges: byChannel },
  'add of a map to itself': { nodes: [picture, addAll('sum', 'in', 'in')], ranges: {} },
  'add of three maps, ReLU6, encoded behind it': {
    nodes: [
      picture,
      first,
      conv('c', 'first', 5, 1),
      relu('reluC', 'c'),
      addAll('sum', 'in', 'first', 'reluC'),
      reluTo('cut', 'sum', LIMIT),
      conv('conv', 'cut', 9, 3, { padding: POOL_PADDING }),
    ],
    ranges: { ...byChannel, cut: 'map' },
  },
  'a ReLU of its own behind a pool': {
    nodes: [picture, pool('avgPool', 'pool', 'in'), relu('relu', 'pool'), conv('conv', 'relu', 3, 2)],
    ranges: { relu: 'channel' },
  },
  'a ReLU6 of its own behind a concat': {
    nodes: [
      ...BRANCHES,
      concat('all', 'a', 'b'),
      reluTo('cut', 'all', LIMIT),
      conv('conv', 'cut', 3, 3, { stride: 2 }),
    ],
    ranges: { cut: 'channel' },
  },
  'a convolution that a ReLU and a sum read': {
    nodes: [picture, first, conv('c', 'first', 5, 1), relu('relu', 'c'), addAll('sum', 'c', 'relu')],
    ranges: byChannel,
  },
  'a residual that is the convolution’s own input': {
    nodes: [picture, first, conv('c', 'first', 5, 3, { padding: padAll(1) }), addAll('sum', 'first', 'c')],
    ranges: byChannel,
  },
  'a residual that is the picture': {
    nodes: [
      picture,
      conv('c', 'in', 5, 1),
      relu('relu', 'c'),
      conv('d', 'relu', 5, 1, { useBias: false }),
      addAll('sum', 'd', 'in'),
      conv('conv', 'sum', 2, 3),
    ],
    ranges: { relu: 'map' },
  },
  'dropout in between': {
    nodes: [
      picture,
      first,
      { op: 'dropout', name: 'drop', inputs: ['first'], rate: 0.5 },
      conv('c', 'drop', 4, 1),
    ],
    ranges: byChannel,
  },
  'batchNorm of a concat, read by nothing, by a ReLU6, as codes': {
    nodes: [
      ...BRANCHES,
      concat('all', 'a', 'in', 'b'),
      batchNorm('norm', 'all', 1e-3),
      batchNorm('second', 'norm', 1e-5),
      reluTo('cut', 'second', LIMIT),
      conv('conv', 'cut', 9, 3, { padding: POOL_PADDING }),
      relu('reluConv', 'conv'),
      batchNorm('third', 'reluConv', 1e-3),
    ],
    ranges: { cut: 'channel' },
  },
  'batchNorm read as codes and as floats': {
    nodes: [
      picture,
      batchNorm('norm', 'in', 1e-3),
      relu('relu', 'norm'),
      conv('conv', 'relu', 5, 1),
      addAll('sum', 'relu', 'conv'),
    ],
    ranges: { relu: 'map' },
  },
  'a dense block, its windows over parts of the map that grows': {
    nodes: [
      inputOf(6, 7, 3),
      conv('a', 'in', 16, 1),
      relu('reluA', 'a'),
      conv('b', 'reluA', 8, 3, { padding: padAll(1) }),
      relu('reluB', 'b'),
      concat('first', 'reluA', 'reluB'),
      conv('c', 'first', 8, 3, { padding: padAll(1) }),
      relu('reluC', 'c'),
      concat('second', 'first', 'reluC'),
      conv('d', 'second', 5, 3, { padding: padAll(1) }),
      relu('reluD', 'd'),
      concat('third', 'reluA', 'reluB', 'reluC', 'reluD'),
      conv('e', 'third', 9, 2, { stride: 2 }),
    ],
    ranges: { reluA: 'channel', reluB: 'map', reluC: 'channel', reluD: 'channel' },
  },
  'pools, sums and depthwise convolutions as parts of a map': {
    nodes: [
      inputOf(5, 6, 8),
      relu('first', 'in'),
      maxPool('pool', 'first', 3, 1, padAll(1)),
      conv('deep', 'first', 8, 3, { padding: padAll(1), groups: 8 }),
      relu('reluDeep', 'deep'),
      addAll('sum', 'in', 'deep'),
      relu('reluSum', 'sum'),
      concat('all', 'pool', 'reluDeep', 'reluSum', 'first'),
      conv('deeper', 'all', 32, 3, { groups: 32, stride: 2 }),
    ],
    ranges: { first: 'channel', reluDeep: 'channel', reluSum: 'map' },
  },
  'flatten and dense, as codes': {
    nodes: [
      ...BRANCHES,
      maxPool('pool', 'reluA', 2, 2, padAll(0)),
      { op: 'flatten', name: 'flat', inputs: ['pool'] },
      dense('hidden', 'flat', 11),
      relu('reluHidden', 'hidden'),
      dense('logits', 'reluHidden', 3),
      softmax('probabilities', 'logits'),
    ],
    ranges: { reluA: 'channel', reluHidden: 'channel' },
  },
  'flatten of a map with one range, read as floats too': {
    nodes: [
      ...BRANCHES,
      { op: 'flatten', name: 'flat', inputs: ['reluB'] },
      dense('hidden', 'flat', 9),
      concat('all', 'hidden', 'flat'),
    ],
    ranges: { reluB: 'map' },
  },
  'rows of numbers, added and joined': {
    nodes: [
      picture,
      globalAvgPool('mean', 'in'),
      dense('a', 'mean', 5),
      addAll('sum', 'a', 'mean'),
      relu('relu', 'sum'),
      batchNorm('norm', 'relu', 1e-3),
      concat('all', 'norm', 'mean', 'a'),
      softmax('soft', 'all'),
    ],
    ranges: {},
  },
  'softmax of numbers far apart': {
    nodes: [
      { op: 'input', name: 'in', inputs: [], shape: [3], preprocessing: null },
      dense('far', 'in', 200),
      addAll('farther', 'far', 'far', 'far'),
      softmax('soft', 'farther'),
    ],
    ranges: {},
  },
  ...Object.fromEntries(
    ACTIVATION_KINDS.map((kind): [string, TestCase] => [
      `${kind} of a map and of a row`,
      {
        nodes: [
          inputOf(3, 5, 17),
          batchNorm('wide', 'in', 1e-3),
          { op: 'activation', name: 'map', inputs: ['wide'], kind, slope: kind === 'leakyRelu' ? 0.2 : 0 },
          { op: 'globalMaxPool', name: 'most', inputs: ['map'] },
          { op: 'activation', name: 'row', inputs: ['most'], kind, slope: kind === 'leakyRelu' ? 0.01 : 0 },
        ],
        ranges: {},
      },
    ]),
  ),
  'avgPool of a 1×1 convolution of codes': {
    nodes: [
      ...BRANCHES,
      conv('narrow', 'reluA', 5, 1),
      avgPool('pool', 'narrow', 2, 2, padAll(0)),
      concat('all', 'pool', 'pool'),
    ],
    ranges: BRANCH_RANGES,
  },
  'globalMaxPool of floats and of codes': {
    nodes: [
      picture,
      relu('first', 'in'),
      { op: 'globalMaxPool', name: 'row', inputs: ['first'] },
      dense('fc', 'row', 6),
      { op: 'globalMaxPool', name: 'least', inputs: ['in'] },
      concat('all', 'fc', 'least'),
    ],
    ranges: byChannel,
  },
};
