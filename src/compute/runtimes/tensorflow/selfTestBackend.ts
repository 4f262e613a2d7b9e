/** Wrong results were seen on some browser and driver pairs, so each backend first answers a question we know. */
import * as tf from '@tensorflow/tfjs-core';
import {
  createPiece,
  createTestExample,
  createTestNetwork,
  maxDeviation,
  PIECE_FRACTION_OF_RESNET50,
  PIECE_SHAPE,
} from '../probeNetworks.ts';
import { createExecutorOf } from './execute.ts';

/** Largest absolute deviation of the current TensorFlow.js backend from plain loops. */
export async function runSelfTest(): Promise<number> {
  const network = createTestNetwork();
  const example = createTestExample();
  const executor = createExecutorOf(network);
  const input = tf.tensor(Float32Array.from(example.values), [1, ...example.shape], 'float32');
  const output = executor.run(input);
  const actual = await output.data();
  tf.dispose([input, output]);
  executor.dispose();
  return maxDeviation(network, actual);
}

/** Estimated milliseconds of one ResNet50 picture in this worker, from the median of a few short runs. */
export async function timeBackend(): Promise<number> {
  const executor = createExecutorOf(createPiece());
  const input = tf.ones([1, ...PIECE_SHAPE]);
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
  return median / PIECE_FRACTION_OF_RESNET50;
}
