/** Two small networks: one whose answer is known, one that takes as long as a known fraction of ResNet50. */

import type { Network, NetworkNode, Weight } from '../../../network/network.ts';
import {
  add,
  conv,
  dense,
  globalAvgPool,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../../network/nodeBuilders.ts';
import type { ActivationRanges } from '../../../network/quantise.ts';
import { type Plain, runReference } from '../../../network/reference.ts';
import { createRandom } from '../../../shared/random.ts';

const SIZE_PX = 12;

export function createTestNetwork(): Network {
  const random = createRandom(7);
  const weight = (...shape: number[]): Weight => ({
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b)).map(() => random.next() - 0.5),
  });
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'input', inputs: [], shape: [SIZE_PX, SIZE_PX, 3], preprocessing: null },
    conv('stem', 'input', 8, 7, { stride: 2, padding: padAll(3) }),
    relu('stem_relu', 'stem'),
    maxPool('pool', 'stem_relu', 3, 2, padAll(1)),
    conv('wide', 'pool', 8, 3, { padding: padAll(1) }),
    add('sum', 'wide', 'pool'),
    relu('sum_relu', 'sum'),
    conv('narrow', 'sum_relu', 16, 1),
    globalAvgPool('features', 'narrow'),
    dense('logits', 'features', 5),
    softmax('probabilities', 'logits'),
  ];
  const weights = {
    'stem/kernel': weight(7, 7, 3, 8),
    'stem/bias': weight(8),
    'wide/kernel': weight(3, 3, 8, 8),
    'wide/bias': weight(8),
    'narrow/kernel': weight(1, 1, 8, 16),
    'narrow/bias': weight(16),
    'logits/kernel': weight(16, 5),
    'logits/bias': weight(5),
  };
  return { name: 'selfTest', nodes, weights };
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
