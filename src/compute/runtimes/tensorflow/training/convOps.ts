/**
 * Convolutions that train, as matrix products of patches and kernels ("im2col"), forward and backward.
 *
 * Only what WASM has too is used. Kernels are matrices `[taps · inChannels / groups, filters]`, which is how a network
 * holds them.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Conv2dNode, Size2 } from '../../../../network/network.ts';
import { type Activation, activate, affine, timesTransposed, transposedTimes } from './products.ts';
import { fromDomain, spreadTap, tapsOf, toDomain, underTap, type WindowPlan } from './windows.ts';

export interface ConvPlan extends WindowPlan {
  /** Of the input. */
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
}

export function toConvPlan({ filters, groups }: Conv2dNode, window: WindowPlan, channels: number): ConvPlan {
  return { ...window, channels, filters, groups };
}

/** Whether the patches are the pixels themselves. */
function isPointwise({ window, strides, padding: { top, bottom, left, right } }: WindowPlan): boolean {
  return Math.max(...window, ...strides) === 1 && top + bottom + left + right === 0;
}

/** `[batch, height, width, channels]` → `[batch · outHeight · outWidth, taps · channels]`. */
function toPatches(x: tf.Tensor4D, plan: WindowPlan, order = tapsOf(plan)): tf.Tensor2D {
  const channels = x.shape[3];
  if (isPointwise(plan)) return tf.reshape(x, [-1, channels]);
  const domain = toDomain(x, plan);
  const taps = order.map((tap) => tf.reshape(underTap(domain, plan, tap), [-1, channels]));
  return tf.concat(taps as tf.Tensor2D[], 1);
}

/** The adjoint of `toPatches`. */
function fromPatches(gradient: tf.Tensor2D, plan: WindowPlan, channels: number): tf.Tensor4D {
  const [height, width] = plan.output;
  const rows = gradient.shape[0];
  const batch = rows / (height * width);
  if (isPointwise(plan)) return tf.reshape(gradient, [batch, height, width, channels]);
  let sum: tf.Tensor4D | null = null;
  tapsOf(plan).forEach((tap, index) => {
    const before: tf.Tensor4D | null = sum;
    sum = tf.tidy(() => {
      const part = tf.slice(gradient, [0, index * channels], [rows, channels]);
      const spread = spreadTap(tf.reshape(part, [batch, height, width, channels]), plan, tap);
      return before ? tf.add(before, spread) : spread;
    });
    before?.dispose();
  });
  if (!sum) throw new Error('a window without taps');
  return fromDomain(sum, plan);
}

/** The window through which the gradient of a convolution with stride 1 is seen from one place of its input. */
function mirrored(plan: WindowPlan): WindowPlan {
  const { window, padding, input, output } = plan;
  const [down, across] = [window[0] - 1, window[1] - 1];
  return {
    ...plan,
    // Those after the map do not matter here: the sizes say where it ends.
    padding: { ...padding, top: down - padding.top, left: across - padding.left },
    input: output,
    output: input,
    domain: [input[0] + down, input[1] + across],
  };
}

/**
 * Gradient of the input. Where the stride is 1 it is a convolution of the gradient with the kernel turned round, which
 * needs no sum of shifted maps; else every patch is put back where it was taken from.
 */
function inputGradient(gradient: tf.Tensor2D, kernel: tf.Tensor2D, plan: WindowPlan): tf.Tensor4D {
  const [height, width] = plan.output;
  const filters = kernel.shape[1];
  const tapCount = plan.window[0] * plan.window[1];
  const channels = kernel.shape[0] / tapCount;
  if (tapCount === 1 || Math.max(...plan.strides) > 1) {
    return fromPatches(timesTransposed(gradient, kernel), plan, channels);
  }
  const turned = tf.transpose(tf.reshape(kernel, [tapCount, channels, filters]), [0, 2, 1]);
  const map: tf.Tensor4D = tf.reshape(gradient, [-1, height, width, filters]);
  // Patches from the last tap to the first cost nothing; a kernel in that order would have to be copied.
  const rows = toPatches(map, mirrored(plan), tapsOf(plan).toReversed());
  const product = tf.matMul(rows, tf.reshape(turned, [tapCount * filters, channels]) as tf.Tensor2D);
  return tf.reshape(product, [-1, ...plan.input, channels]);
}

/** Channels of group `group` of a map or of a matrix. */
function groupOf<T extends tf.Tensor>(x: T, group: number, width: number): T {
  const begin = x.shape.map(() => 0);
  return tf.slice(x, [...begin.slice(1), group * width], [...x.shape.slice(0, -1), width]) as T;
}

/** Each channel `multiplier` times, side by side: `[…, channels]` → `[…, channels · multiplier]`. */
function repeatChannels(x: tf.Tensor4D, multiplier: number): tf.Tensor4D {
  if (multiplier === 1) return x;
  const [batch, height, width, channels] = x.shape;
  // WASM repeats slowly and multiplies fast.
  const repeated = tf.mul(tf.reshape(x, [batch * height * width, channels, 1]), tf.ones([1, 1, multiplier]));
  return tf.reshape(repeated, [batch, height, width, channels * multiplier]);
}

/** The adjoint of `repeatChannels`. */
function sumRepeated(gradient: tf.Tensor4D, multiplier: number): tf.Tensor4D {
  if (multiplier === 1) return gradient;
  const [batch, height, width, filters] = gradient.shape;
  const parts = tf.reshape(gradient, [batch * height * width, filters / multiplier, multiplier]);
  return tf.reshape(tf.sum(parts, 2), [batch, height, width, filters / multiplier]);
}

/** Weights of one tap of a depthwise convolution, `[filters]`. */
function tapWeights(kernel: tf.Tensor2D, index: number): tf.Tensor1D {
  return tf.reshape(tf.slice(kernel, [index, 0], [1, kernel.shape[1]]), [-1]);
}

function depthwise(x: tf.Tensor4D, kernel: tf.Tensor2D, plan: ConvPlan): tf.Tensor4D {
  const domain = toDomain(repeatChannels(x, plan.filters / plan.channels), plan);
  return tapsOf(plan)
    .map((tap, index) => tf.mul<tf.Tensor4D>(underTap(domain, plan, tap), tapWeights(kernel, index)))
    .reduce((sum, part) => tf.add(sum, part));
}

/** `[batch, height, width, channels]` → `[batch, outHeight, outWidth, filters]`. */
export function convForward(
  x: tf.Tensor4D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D | undefined,
  activation: Activation,
  plan: ConvPlan,
): tf.Tensor4D {
  const { channels, filters, groups, output } = plan;
  const shape: [number, number, number, number] = [x.shape[0], output[0], output[1], filters];
  if (groups === 1) return tf.reshape(affine(toPatches(x, plan), kernel, bias, activation), shape);
  let product: tf.Tensor;
  if (groups === channels) {
    product = depthwise(x, kernel, plan);
  } else {
    const [inWidth, outWidth] = [channels / groups, filters / groups];
    const parts = Array.from({ length: groups }, (_, group) =>
      tf.matMul<tf.Tensor2D>(toPatches(groupOf(x, group, inWidth), plan), groupOf(kernel, group, outWidth)),
    );
    product = tf.concat(parts, 1);
  }
  return tf.reshape(activate(bias ? tf.add(product, bias) : product, activation), shape);
}

export interface ConvGradients {
  readonly kernel: tf.Tensor2D;
  /** `[batch, height, width, channels]`; absent where nothing before it trains. */
  readonly input: tf.Tensor4D | undefined;
}

function plainBackward(
  x: tf.Tensor4D,
  kernel: tf.Tensor2D,
  gradient: tf.Tensor2D,
  plan: WindowPlan,
  wantsInput: boolean,
): ConvGradients {
  return {
    // Patches are made anew: kept from the forward pass they would be the largest thing in memory.
    kernel: tf.tidy(() => transposedTimes(toPatches(x, plan), gradient)),
    input: wantsInput ? tf.tidy(() => inputGradient(gradient, kernel, plan)) : undefined,
  };
}

function depthwiseBackward(
  x: tf.Tensor4D,
  kernel: tf.Tensor2D,
  gradient: tf.Tensor4D,
  plan: ConvPlan,
  wantsInput: boolean,
): ConvGradients {
  const multiplier = plan.filters / plan.channels;
  const domain = toDomain(repeatChannels(x, multiplier), plan);
  const taps = tapsOf(plan);
  const rows = taps.map((tap) =>
    tf.tidy(() => tf.sum(tf.reshape(tf.mul(underTap(domain, plan, tap), gradient), [-1, plan.filters]), 0)),
  );
  const spread = (tap: Size2, index: number) =>
    spreadTap(tf.mul(gradient, tapWeights(kernel, index)), plan, tap);
  return {
    kernel: tf.stack(rows) as tf.Tensor2D,
    input: wantsInput
      ? sumRepeated(
          fromDomain(
            taps.map(spread).reduce((sum, part) => tf.add(sum, part)),
            plan,
          ),
          multiplier,
        )
      : undefined,
  };
}

/**
 * To be called within a `tf.tidy`.
 * @param x input of the forward pass
 * @param gradient of the output before its activation, `[batch, outHeight, outWidth, filters]`
 */
export function convBackward(
  x: tf.Tensor4D,
  kernel: tf.Tensor2D,
  gradient: tf.Tensor4D,
  plan: ConvPlan,
  wantsInput: boolean,
): ConvGradients {
  const { channels, filters, groups } = plan;
  if (groups > 1 && groups === channels) return depthwiseBackward(x, kernel, gradient, plan, wantsInput);
  const rows: tf.Tensor2D = tf.reshape(gradient, [-1, filters]);
  if (groups === 1) return plainBackward(x, kernel, rows, plan, wantsInput);
  const [inWidth, outWidth] = [channels / groups, filters / groups];
  const parts = Array.from({ length: groups }, (_, group) =>
    plainBackward(
      groupOf(x, group, inWidth),
      groupOf(kernel, group, outWidth),
      groupOf(rows, group, outWidth),
      plan,
      wantsInput,
    ),
  );
  const inputs = parts.flatMap(({ input }) => (input ? [input] : []));
  return {
    kernel: tf.concat(
      parts.map((part) => part.kernel),
      1,
    ),
    input: wantsInput ? tf.concat(inputs, 3) : undefined,
  };
}
