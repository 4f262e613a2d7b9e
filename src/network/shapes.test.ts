import { describe, expect, it } from 'vitest';
import type { Conv2dNode, Network, NetworkNode, PoolNode } from './network.ts';
import { checkNetwork, InvalidNetworkError, inferShapes } from './shapes.ts';

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };
const input: NetworkNode = { op: 'input', name: 'in', inputs: [], shape: [7, 6, 4], preprocessing: null };
const conv: Conv2dNode = {
  op: 'conv2d',
  name: 'conv',
  inputs: ['in'],
  filters: 6,
  kernelSize: [3, 2],
  strides: [2, 1],
  padding: { top: 0, bottom: 1, left: 2, right: 0 },
  groups: 2,
  useBias: true,
};
const pool: PoolNode = {
  op: 'maxPool',
  name: 'pool',
  inputs: ['conv'],
  poolSize: [2, 2],
  strides: [2, 2],
  padding: NO_PADDING,
};
const rest: readonly NetworkNode[] = [
  { op: 'batchNorm', name: 'bn', inputs: ['pool'], epsilon: 1e-3, momentum: 0.9 },
  { op: 'relu', name: 'relu', inputs: ['bn'], maxValue: null },
  { op: 'add', name: 'add', inputs: ['bn', 'relu'] },
  { op: 'concat', name: 'concat', inputs: ['add', 'relu'] },
  { op: 'flatten', name: 'flatten', inputs: ['concat'] },
  { op: 'globalAvgPool', name: 'gap', inputs: ['concat'] },
  { op: 'dropout', name: 'dropout', inputs: ['gap'], rate: 0.5 },
  { op: 'dense', name: 'dense', inputs: ['dropout'], units: 3, useBias: false },
  { op: 'softmax', name: 'softmax', inputs: ['dense'] },
];
const nodes = [input, conv, pool, ...rest];

function zeros(...shape: number[]) {
  return { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}
const network: Network = {
  name: 'tiny',
  nodes,
  weights: {
    'conv/kernel': zeros(3, 2, 2, 6),
    'conv/bias': zeros(6),
    'bn/gamma': zeros(6),
    'bn/beta': zeros(6),
    'bn/movingMean': zeros(6),
    'bn/movingVariance': zeros(6),
    'dense/kernel': zeros(12, 3),
  },
};

describe('inferShapes', () => {
  it('gives the shape of every node', () => {
    expect(Object.fromEntries(inferShapes(nodes))).toEqual({
      in: [7, 6, 4],
      conv: [3, 7, 6], // ⌊(7+1−3)/2⌋+1, ⌊(6+2−2)/1⌋+1
      pool: [1, 3, 6],
      bn: [1, 3, 6],
      relu: [1, 3, 6],
      add: [1, 3, 6],
      concat: [1, 3, 12],
      flatten: [36],
      gap: [12],
      dropout: [12],
      dense: [3],
      softmax: [3],
    });
  });

  it.each<[string, readonly NetworkNode[]]>([
    ['no nodes', []],
    ['no input first', [{ ...conv, inputs: [] }]],
    ['a second input', [input, { ...input, name: 'in2' }]],
    ['a name twice', [input, conv, { ...pool, name: 'conv' }]],
    ['an input that stands later', [input, { ...conv, inputs: ['pool'] }, pool]],
    ['an input that is not there', [input, { ...conv, inputs: ['gone'] }]],
    ['a node that reads itself', [input, { ...conv, inputs: ['conv'] }]],
    ['groups that do not divide', [input, { ...conv, groups: 3 }]],
    ['a window larger than the map', [input, { ...conv, kernelSize: [9, 2] }]],
    ['a stride of zero', [input, { ...conv, strides: [0, 1] }]],
    ['a pool window of padding alone', [input, conv, { ...pool, padding: { ...NO_PADDING, top: 2 } }]],
    ['different shapes added', [input, conv, { op: 'add', name: 'add', inputs: ['in', 'conv'] }]],
    ['one thing concatenated', [input, { op: 'concat', name: 'concat', inputs: ['in'] }]],
    ['dense over a map', [input, { op: 'dense', name: 'dense', inputs: ['in'], units: 2, useBias: true }]],
    [
      'preprocessing of four channels',
      [{ ...input, op: 'input', shape: [7, 6, 4], preprocessing: { matrix: [], bias: [] } }],
    ],
  ])('refuses %s', (_what, wrong) => {
    expect(() => inferShapes(wrong)).toThrow(InvalidNetworkError);
  });
});

describe('checkNetwork', () => {
  it('takes a network with exactly its weights', () => {
    expect(checkNetwork(network).get('softmax')).toEqual([3]);
  });

  it('refuses a missing weight, one too many, and one of another shape or length', () => {
    const { 'conv/bias': _gone, ...without } = network.weights;
    for (const weights of [
      without,
      { ...network.weights, 'conv/extra': zeros(1) },
      { ...network.weights, 'conv/bias': zeros(7) },
      { ...network.weights, 'conv/bias': { shape: [6], values: new Float32Array(5) } },
    ]) {
      expect(() => checkNetwork({ ...network, weights })).toThrow(InvalidNetworkError);
    }
  });
});
