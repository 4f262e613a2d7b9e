/**
 * Sliding windows out of slices and pads alone, and their adjoints: what every backend has, and has fast.
 *
 * All work on the "domain": the map with its padding, cut or filled up at the end so that each tap of the window is one
 * box of `out · stride` pixels.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Conv2dNode, Padding, PoolNode, Size2 } from '../../../../network/network.ts';

export interface WindowPlan {
  readonly window: Size2;
  readonly strides: Size2;
  readonly padding: Padding;
  /** Of the map, `[height, width]`. */
  readonly input: Size2;
  readonly output: Size2;
  readonly domain: Size2;
}

/** @param input of the map; @param output as `shapes.ts` has it; both `[height, width, …]` */
export function planWindow(
  node: Conv2dNode | PoolNode,
  input: readonly number[],
  output: readonly number[],
): WindowPlan {
  const [height = 0, width = 0] = input;
  const [outHeight = 0, outWidth = 0] = output;
  const window = node.op === 'conv2d' ? node.kernelSize : node.poolSize;
  const { strides, padding } = node;
  return {
    window,
    strides,
    padding,
    input: [height, width],
    output: [outHeight, outWidth],
    domain: [window[0] - 1 + outHeight * strides[0], window[1] - 1 + outWidth * strides[1]],
  };
}

/** Every tap of the window, line by line. */
export function tapsOf({ window: [height, width] }: WindowPlan): readonly Size2[] {
  return Array.from({ length: height * width }, (_, i): Size2 => [Math.floor(i / width), i % width]);
}

/** Pads, where a side is positive, and cuts, where it is negative. */
function padOrCut(x: tf.Tensor4D, [before, after]: readonly [Size2, Size2], value: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cut = (side: number) => Math.max(-side, 0);
  const grow = (side: number) => Math.max(side, 0);
  const [top, left] = before;
  const [bottom, right] = after;
  let fitted = x;
  if (Math.min(top, left, bottom, right) < 0) {
    const size: [number, number, number, number] = [
      batch,
      height - cut(top) - cut(bottom),
      width - cut(left) - cut(right),
      channels,
    ];
    fitted = tf.slice(fitted, [0, cut(top), cut(left), 0], size);
  }
  if (Math.max(top, left, bottom, right) <= 0) return fitted;
  const sides: [number, number][] = [
    [0, 0],
    [grow(top), grow(bottom)],
    [grow(left), grow(right)],
    [0, 0],
  ];
  return tf.pad(fitted, sides, value);
}

/** @param x `[batch, height, width, channels]` @param value of the padding */
export function toDomain(x: tf.Tensor4D, { input, domain, padding }: WindowPlan, value = 0): tf.Tensor4D {
  const { top, left } = padding;
  return padOrCut(
    x,
    [
      [top, left],
      [domain[0] - top - input[0], domain[1] - left - input[1]],
    ],
    value,
  );
}

/** The adjoint of `toDomain`: what lies in the padding is dropped. */
export function fromDomain(gradient: tf.Tensor4D, { input, domain, padding }: WindowPlan): tf.Tensor4D {
  const { top, left } = padding;
  return padOrCut(
    gradient,
    [
      [-top, -left],
      [input[0] + top - domain[0], input[1] + left - domain[1]],
    ],
    0,
  );
}

/** What lies under one tap at every place of the window: `[batch, outHeight, outWidth, channels]`. */
export function underTap(domain: tf.Tensor4D, plan: WindowPlan, [y, x]: Size2): tf.Tensor4D {
  const [batch, , , channels] = domain.shape;
  const [height, width] = plan.output;
  const [down, across] = plan.strides;
  const size: [number, number, number, number] = [batch, height * down, width * across, channels];
  const isWhole = size[1] === domain.shape[1] && size[2] === domain.shape[2];
  let box: tf.Tensor = isWhole ? domain : tf.slice(domain, [0, y, x, 0], size);
  if (down > 1) {
    const line = width * across * channels;
    box = tf.slice(tf.reshape(box, [batch * height, down, line]), [0, 0, 0], [batch * height, 1, line]);
  }
  if (across > 1) {
    const places = batch * height * width;
    box = tf.slice(tf.reshape(box, [places, across, channels]), [0, 0, 0], [places, 1, channels]);
  }
  return tf.reshape(box, [batch, height, width, channels]);
}

/** The adjoint of `underTap`: zeros wherever the tap does not come. Of the domain's shape. */
export function spreadTap(gradient: tf.Tensor4D, plan: WindowPlan, [y, x]: Size2): tf.Tensor4D {
  const [batch, height, width, channels] = gradient.shape;
  const [down, across] = plan.strides;
  let box: tf.Tensor = gradient;
  if (across > 1) {
    const pixels = tf.reshape(box, [batch * height * width, 1, channels]);
    box = tf.pad(pixels, [
      [0, 0],
      [0, across - 1],
      [0, 0],
    ]);
  }
  if (down > 1) {
    const lines = tf.reshape(box, [batch * height, 1, width * across * channels]);
    box = tf.pad(lines, [
      [0, 0],
      [0, down - 1],
      [0, 0],
    ]);
  }
  const spread: tf.Tensor4D = tf.reshape(box, [batch, height * down, width * across, channels]);
  const [tall, wide] = plan.domain;
  return padOrCut(
    spread,
    [
      [y, x],
      [tall - y - height * down, wide - x - width * across],
    ],
    0,
  );
}
