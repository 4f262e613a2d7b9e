/** Inner products of feature rows, computed on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { allocateFloats } from '../../../shared/allocate.ts';
import type { Pause } from '../../baseline/cholesky.ts';
import type { Gram } from '../../baseline/ridge.ts';
import { named } from './named.ts';

/** One fixed shape for all products: GPU buffers are pooled by size. */
const ROWS_AT_ONCE = 256;

/**
 * @param values `[rows, featureCount]`, row-major, of which the first `trainCount` rows are to be learned from
 * @throws AppError `outOfMemory`, `deviceLost`; what `pause` throws, and `guard` for data that will not come
 */
export function computeGram(...args: Parameters<typeof compute>): Promise<Gram> {
  return named(() => compute(...args));
}

async function compute(
  values: Float32Array,
  featureCount: number,
  trainCount: number,
  pause: Pause,
  guard: <T>(data: Promise<T>) => Promise<T>,
): Promise<Gram> {
  const rowCount = values.length / featureCount;
  const products = allocateFloats(rowCount * trainCount);
  // WASM multiplies slowly what is transposed by a flag.
  const columns = tf.tidy(() =>
    tf.transpose(tf.tensor2d(values.subarray(0, trainCount * featureCount), [trainCount, featureCount])),
  );
  try {
    for (let start = 0; start < rowCount; start += ROWS_AT_ONCE) {
      await pause();
      const block = new Float32Array(ROWS_AT_ONCE * featureCount);
      const end = Math.min(start + ROWS_AT_ONCE, rowCount);
      block.set(values.subarray(start * featureCount, end * featureCount));
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(block, [ROWS_AT_ONCE, featureCount]), columns));
      try {
        const data = await guard(product.data<'float32'>());
        products.set(data.subarray(0, (end - start) * trainCount), start * trainCount);
      } finally {
        product.dispose();
      }
    }
  } finally {
    columns.dispose();
  }
  return { values: products, trainCount };
}
