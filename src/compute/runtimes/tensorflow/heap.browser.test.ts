import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { named } from '../tensorflow/named.ts';
import { activateBackend } from './activate.ts';

/** Together more than the four gigabytes that 32 bits can address, and never touched. */
const PIECE = 2 ** 28;
const PIECES = 5;

interface Allocating {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

it('tells a full heap of TensorFlow.js by its name, and computes again once there is room', async () => {
  const { lost } = await activateBackend('wasm');
  // What its types do not tell: `makeOutput` allocates without computing.
  const backend = tf.backend() as unknown as Allocating;
  const taken: tf.Tensor[] = [];
  const fill = () => {
    for (let piece = 0; piece < PIECES; piece++)
      taken.push(tf.engine().makeTensorFromTensorInfo(backend.makeOutput([PIECE], 'float32')));
  };
  let thrown: unknown;
  try {
    named(fill);
  } catch (error) {
    thrown = error;
  }
  tf.dispose(taken);
  expect(thrown).toBeInstanceOf(AppError);
  expect(thrown).toMatchObject({ code: 'outOfMemory' });
  expect(lost.aborted).toBe(false);
  const sum = tf.add(tf.tensor1d([1, 2]), 1);
  expect([...(await sum.data())]).toEqual([2, 3]);
});
