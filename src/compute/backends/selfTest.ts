/** Wrong results were seen on some browser and driver pairs, so each backend first answers a question we know. */
import * as tf from '@tensorflow/tfjs-core';
import { add, conv, dense, globalAvgPool, maxPool, padAll, relu, softmax } from '../../network/build.ts';
import type { Network, NetworkNode, Weight } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { createRandom } from '../../shared/random.ts';
import { createExecutorOf } from '../execute.ts';

/** Largest deviation from double precision that is still called right. Float32 gives about 1e-6. */
export const SELF_TEST_TOLERANCE = 1e-3;

const SIZE_PX = 12;

function createTestNetwork(): Network {
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

/** Largest absolute deviation of the current backend from plain loops; infinity where it is not a number. */
export async function runSelfTest(): Promise<number> {
  const network = createTestNetwork();
  const random = createRandom(11);
  const values = new Float64Array(SIZE_PX * SIZE_PX * 3).map(() => Math.fround(random.next()));
  const expected = runReference(network, { shape: [SIZE_PX, SIZE_PX, 3], values }).values;
  const executor = createExecutorOf(network);
  const input = tf.tensor4d(Float32Array.from(values), [1, SIZE_PX, SIZE_PX, 3]);
  const output = executor.run(input);
  const actual = await output.data();
  tf.dispose([input, output]);
  executor.dispose();
  return expected.reduce((largest, value, i) => {
    const deviation = Math.abs(value - (actual[i] ?? Number.NaN));
    return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : Math.max(largest, deviation);
  }, 0);
}

/** One bottleneck of stage 4, 14×14×1024: a piece of ResNet50 that every backend does in a moment. */
const PIECE_SHARE_OF_RESNET50 = (14 * 14 * (1024 * 256 + 9 * 256 * 256 + 256 * 1024)) / 4.09e9;

/** Estimated milliseconds of one ResNet50 picture in this worker, from the median of a few short runs. */
export async function timeBackend(): Promise<number> {
  const zeros = (...shape: number[]): Weight => ({
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.01),
  });
  const executor = createExecutorOf({
    nodes: [
      { op: 'input', name: 'input', inputs: [], shape: [14, 14, 1024], preprocessing: null },
      conv('a', 'input', 256, 1),
      relu('a_relu', 'a'),
      conv('b', 'a_relu', 256, 3, { padding: padAll(1) }),
      relu('b_relu', 'b'),
      conv('c', 'b_relu', 1024, 1),
      add('sum', 'c', 'input'),
    ],
    weights: {
      'a/kernel': zeros(1, 1, 1024, 256),
      'a/bias': zeros(256),
      'b/kernel': zeros(3, 3, 256, 256),
      'b/bias': zeros(256),
      'c/kernel': zeros(1, 1, 256, 1024),
      'c/bias': zeros(1024),
    },
  });
  const input = tf.ones([1, 14, 14, 1024]);
  const times: number[] = [];
  // The first run compiles shaders and packs weights; it is left out below.
  for (let run = 0; run < 4; run++) {
    const startMs = performance.now();
    const output = executor.run(input);
    await output.data();
    output.dispose();
    times.push(performance.now() - startMs);
  }
  input.dispose();
  executor.dispose();
  const [, median = 0] = times.slice(1).sort((a, b) => a - b);
  return median / PIECE_SHARE_OF_RESNET50;
}
