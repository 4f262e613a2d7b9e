/** Two small networks: one whose answer is known, one that takes as long as a known fraction of ResNet50. */

import {
  type ActivationKind,
  type Network,
  type NetworkNode,
  type Weight,
  weightKey,
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
  maxPool,
  NO_PADDING,
  padAll,
  relu,
  relu6,
  softmax,
} from '../../network/nodeBuilders.ts';
import type { ActivationRanges } from '../../network/quantise.ts';
import { type Plain, runReference } from '../../network/reference.ts';
import { inferShapes, sizeOf, weightShapes } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';

const SIZE_PX = 12;

const activation = (kind: ActivationKind, input: string): NetworkNode => ({
  op: 'activation',
  name: kind,
  inputs: [input],
  kind,
  slope: kind === 'leakyRelu' ? 0.1 : 0,
});

/** Every op, and what runtimes merge: a kernel that is wrong on this machine shows in the features or behind them. */
const TEST_NODES: readonly NetworkNode[] = [
  { op: 'input', name: 'input', inputs: [], shape: [SIZE_PX, SIZE_PX, 3], preprocessing: null },
  conv('stem', 'input', 8, 7, { stride: 2, padding: padAll(3) }),
  relu('stem_relu', 'stem'),
  maxPool('pool', 'stem_relu', 3, 2, padAll(1)),
  conv('wide', 'pool', 8, 3, { padding: padAll(1) }),
  conv('side', 'pool', 8, 1),
  add('sum', 'side', 'wide'),
  relu('sum_relu', 'sum'),
  concat('grown', 'sum_relu', 'wide'),
  batchNorm('norm', 'grown', 1e-3),
  relu6('norm_relu', 'norm'),
  conv('deep', 'norm_relu', 16, 3, { padding: padAll(1), groups: 16 }),
  relu6('deep_relu', 'deep'),
  conv('grouped', 'deep_relu', 16, 3, { padding: padAll(1), groups: 4 }),
  avgPool('mean', 'grouped', 2, 1, NO_PADDING),
  batchNorm('mean_norm', 'mean', 1e-3),
  conv('narrow', 'mean_norm', 16, 1),
  activation('leakyRelu', 'narrow'),
  activation('hardSwish', 'leakyRelu'),
  globalAvgPool('features', 'hardSwish'),
  activation('silu', 'features'),
  { op: 'globalMaxPool', name: 'most', inputs: ['narrow'] },
  activation('sigmoid', 'most'),
  add('twice', 'silu', 'sigmoid'),
  { op: 'flatten', name: 'flat', inputs: ['narrow'] },
  dropout('drop', 'flat', 0.5),
  dense('logits', 'drop', 5),
  softmax('probabilities', 'logits'),
  { op: 'concat', name: 'all', inputs: ['features', 'twice', 'probabilities'] },
];

export function createTestNetwork(): Network {
  const random = createRandom(7);
  const shapes = inferShapes(TEST_NODES);
  const weights = TEST_NODES.flatMap((node) => {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    return weightShapes(node, inputs).map(({ kind, shape }): [string, Weight] => {
      // A variance is above zero; γ and all else about zero.
      const least = kind === 'movingVariance' ? 0.5 : -0.5;
      const values = new Float32Array(sizeOf(shape)).map(() => random.next() + least);
      return [weightKey(node.name, kind), { shape, values }];
    });
  });
  return { name: 'selfTest', nodes: TEST_NODES, weights: Object.fromEntries(weights) };
}

/** A question for it; every number is exact in float32. */
export function createTestExample(): Plain {
  const random = createRandom(11);
  const values = new Float64Array(SIZE_PX * SIZE_PX * 3).map(() => Math.fround(random.next()));
  return { shape: [SIZE_PX, SIZE_PX, 3], values };
}

/** Largest absolute deviation from plain loops; infinity where one is not a number. */
export function maxDeviation(network: Network, actual: ArrayLike<number>): number {
  const expected = runReference(network, createTestExample()).values;
  return expected.reduce((largest, value, i) => {
    const deviation = Math.abs(value - (actual[i] ?? Number.NaN));
    return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : Math.max(largest, deviation);
  }, 0);
}

/** Fraction of ResNet50's multiplications in the piece below. */
export const PIECE_FRACTION_OF_RESNET50 = (14 * 14 * (1024 * 256 + 9 * 256 * 256 + 256 * 1024)) / 4.09e9;
export const PIECE_SHAPE = [14, 14, 1024] as const;
/** For 8-bit arithmetic; how large they are makes no difference to the time. */
export const PIECE_RANGES: ActivationRanges = { start: [1], a_relu: [20], b_relu: [500] };

/** One bottleneck of stage 4: a piece of ResNet50 that every backend does in a moment. */
export function createPiece(): Network {
  const even = (...shape: number[]): Weight => ({
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.01),
  });
  return {
    name: 'piece',
    nodes: [
      { op: 'input', name: 'input', inputs: [], shape: PIECE_SHAPE, preprocessing: null },
      relu('start', 'input'),
      conv('a', 'start', 256, 1),
      relu('a_relu', 'a'),
      conv('b', 'a_relu', 256, 3, { padding: padAll(1) }),
      relu('b_relu', 'b'),
      conv('c', 'b_relu', 1024, 1),
      add('sum', 'c', 'start'),
    ],
    weights: {
      'a/kernel': even(1, 1, 1024, 256),
      'a/bias': even(256),
      'b/kernel': even(3, 3, 256, 256),
      'b/bias': even(256),
      'c/kernel': even(1, 1, 256, 1024),
      'c/bias': even(1024),
    },
  };
}
