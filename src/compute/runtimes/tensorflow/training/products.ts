/**
 * Matrix products of layers that train, and what goes round them. No product is transposed by flag: on WASM it would
 * leave the fast kernels.
 */
import * as tf from '@tensorflow/tfjs-core';

export type Activation = 'relu' | 'relu6' | undefined;

/** `left · rightᵀ` by the cheaper way round: the product is transposed, or the larger of its factors. */
export function timesTransposed(left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor2D {
  const [rows, inner] = left.shape;
  const columns = right.shape[0];
  // The second factor of a product is packed, the first is not.
  if (2 * inner * columns <= 2 * rows * inner + rows * columns) {
    return tf.matMul(left, tf.transpose(right) as tf.Tensor2D);
  }
  return tf.transpose(tf.matMul(right, tf.transpose(left) as tf.Tensor2D)) as tf.Tensor2D;
}

/** `leftᵀ · right`. */
export function transposedTimes(left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(tf.transpose(left) as tf.Tensor2D, right);
}

/** `activation(rows · kernel + bias)`. */
export function affine(
  rows: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D | undefined,
  activation: Activation,
): tf.Tensor2D {
  return tf.fused.matMul({
    a: rows,
    b: kernel,
    ...(bias ? { bias } : {}),
    ...(activation ? { activation } : {}),
  }) as tf.Tensor2D;
}

/** What lets nothing through in the backward pass is told by the output. */
export function activationGradient<T extends tf.Tensor>(
  gradient: T,
  output: tf.Tensor,
  maxValue: number | null,
): T {
  const passed = tf.mul(gradient, tf.step(output));
  return (maxValue === null ? passed : tf.mul(passed, tf.step(tf.sub(maxValue, output)))) as T;
}

/** The activation by itself, where it could not be fused. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  if (activation === 'relu6') return tf.clipByValue(x, 0, 6);
  return activation === 'relu' ? tf.relu(x) : x;
}
