/** Maps joined along their channels, what is done to such a map, and rows of numbers, of odd sizes. */
import type { NetworkNode } from '../../network/network.ts';
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
const UNEVEN = { top: 1, bottom: 2, left: 1, right: 0 };

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

/** Title and network of each case. */
export const JOIN_CASES: Readonly<Record<string, TestCase>> = {
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
  'a ReLU6 of its own behind a concat': {
    nodes: [
      ...BRANCHES,
      concat('all', 'a', 'b'),
      reluTo('cut', 'all', LIMIT),
      conv('conv', 'cut', 3, 3, { stride: 2 }),
    ],
    ranges: { cut: 'channel' },
  },
  'avgPool of a 1×1 convolution of codes': {
    nodes: [
      ...BRANCHES,
      conv('narrow', 'reluA', 5, 1),
      avgPool('pool', 'narrow', 2, 2, padAll(0)),
      concat('all', 'pool', 'pool'),
    ],
    ranges: BRANCH_RANGES,
  },
  'batchNorm of a concat, read by nothing, by a ReLU6, as codes': {
    nodes: [
      ...BRANCHES,
      concat('all', 'a', 'in', 'b'),
      batchNorm('norm', 'all', 1e-3),
      batchNorm('second', 'norm', 1e-5),
      reluTo('cut', 'second', LIMIT),
      conv('conv', 'cut', 9, 3, { padding: UNEVEN }),
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
};
