/** Pools and their gradients from slices, pads and arithmetic: WASM has no kernels of its own for the gradients. */
import * as tf from '@tensorflow/tfjs-core';
import type { PoolNode } from '../../../../network/network.ts';
import { fromDomain, spreadTap, tapsOf, toDomain, underTap, type WindowPlan } from './windows.ts';

/** Lower than any activation, and a number that every backend can write down. */
const NEVER_LARGEST = -1e30;

/** `[batch, height, width, channels]` → `[batch, outHeight, outWidth, channels]`. */
export function poolForward(x: tf.Tensor4D, node: PoolNode): tf.Tensor4D {
  const { top, bottom, left, right } = node.padding;
  const size: [number, number] = [...node.poolSize];
  const strides: [number, number] = [...node.strides];
  const padding: tf.backend_util.ExplicitPadding | 'valid' =
    top + bottom + left + right === 0
      ? 'valid'
      : [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ];
  return node.op === 'maxPool'
    ? tf.maxPool(x, size, strides, padding)
    : tf.avgPool(x, size, strides, padding);
}

/** Sum over the taps of what each sends back. Frees what it was given. */
function gather(plan: WindowPlan, sentBack: (index: number) => tf.Tensor4D): tf.Tensor4D {
  let sum: tf.Tensor4D | null = null;
  tapsOf(plan).forEach((tap, index) => {
    const before: tf.Tensor4D | null = sum;
    const part = sentBack(index);
    sum = tf.tidy(() => {
      const spread = spreadTap(part, plan, tap);
      return before ? tf.add(before, spread) : spread;
    });
    before?.dispose();
    part.dispose();
  });
  if (!sum) throw new Error('a window without taps');
  return fromDomain(sum, plan);
}

/**
 * The whole gradient goes to the largest value of a window; of equals, to the first, line by line. To be called within
 * a `tf.tidy`.
 * @param x input of the forward pass @param output of it @param gradient of the output
 */
export function maxPoolBackward(
  x: tf.Tensor4D,
  output: tf.Tensor4D,
  gradient: tf.Tensor4D,
  plan: WindowPlan,
): tf.Tensor4D {
  const taps = tapsOf(plan);
  const domain = toDomain(x, plan, NEVER_LARGEST);
  /** What no tap before has taken. */
  let left: tf.Tensor4D = gradient.clone();
  return gather(plan, (index) => {
    const before = left;
    const [taken, rest] = tf.tidy((): [tf.Tensor4D, tf.Tensor4D] => {
      const here = underTap(domain, plan, taps[index] ?? [0, 0]);
      const passedOn: tf.Tensor4D = tf.mul(before, tf.step(tf.sub(output, here)));
      return [tf.sub(before, passedOn), passedOn];
    });
    before.dispose();
    left = rest;
    return taken;
  });
}

/** Pixels of the map under the window at each place, `[1, outHeight, outWidth, 1]`. */
function countPixels({ window, strides, padding, input, output }: WindowPlan): Float32Array {
  const inside = (place: number, axis: 0 | 1) => {
    const start = place * strides[axis] - (axis === 0 ? padding.top : padding.left);
    return Math.min(start + window[axis], input[axis]) - Math.max(start, 0);
  };
  const [height, width] = output;
  return Float32Array.from(
    { length: height * width },
    (_, i) => inside(Math.floor(i / width), 0) * inside(i % width, 1),
  );
}

/** Each pixel under a window gets an equal share; padding gets none. To be called within a `tf.tidy`. */
export function avgPoolBackward(gradient: tf.Tensor4D, plan: WindowPlan): tf.Tensor4D {
  const counts = tf.tensor4d(countPixels(plan), [1, ...plan.output, 1]);
  const fraction: tf.Tensor4D = tf.div(gradient, counts);
  return gather(plan, () => fraction.clone());
}

/** @param gradient `[batch, channels]` @param shape of the input, `[height, width, channels]` */
export function globalAvgPoolBackward(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor4D {
  const [height = 1, width = 1, channels = 1] = shape;
  const batch = gradient.shape[0] ?? 1;
  const fraction = tf.div(tf.reshape(gradient, [batch, 1, 1, channels]), height * width);
  // WASM repeats slowly and multiplies fast.
  return tf.mul(fraction, tf.ones([1, height, width, 1]));
}

/**
 * The whole gradient goes to the largest value of a channel; equals share it. To be called within a `tf.tidy`.
 * @param x input of the forward pass @param output of it, `[batch, channels]` @param gradient of the output
 */
export function globalMaxPoolBackward(x: tf.Tensor4D, output: tf.Tensor, gradient: tf.Tensor): tf.Tensor4D {
  const [batch, , , channels] = x.shape;
  const toMap = (perChannel: tf.Tensor) => tf.reshape(perChannel, [batch, 1, 1, channels]);
  const isLargest = tf.sub(1, tf.step(tf.sub(toMap(output), x)));
  const count = tf.sum(isLargest, [1, 2], true);
  return tf.mul(isLargest, tf.div(toMap(gradient), count));
}
