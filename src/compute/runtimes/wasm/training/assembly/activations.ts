/** The activations apart from ReLU, forward and backward, by the formulas of `network/activationKinds.ts`. */

import { HARD_SWISH, LEAKY_RELU, SIGMOID, SILU } from './activationCodes';

/** e to the power of x: 2ⁿ times a polynomial (Cephes, expf), right to the last two digits of float32. */
function power(x: f32): f32 {
  const held = max<f32>(min<f32>(x, 88), -87);
  const n = nearest<f32>(held * <f32>Math.LOG2E);
  const r = held - n * 0.693359375 - n * -2.1219444e-4;
  let p: f32 = 1.98756915e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  p = p * r * r + r + 1;
  return p * reinterpret<f32>((<i32>n + 127) << 23);
}

// @inline
function sigmoid(x: f32): f32 {
  return 1 / (1 + power(-x));
}

// @inline
function hardSigmoid(x: f32): f32 {
  return min<f32>(max<f32>(x + 3, 0), 6) / 6;
}

// @inline
function resultOf(kind: i32, slope: f32, x: f32): f32 {
  if (kind === LEAKY_RELU) return x > 0 ? x : slope * x;
  if (kind === SIGMOID) return sigmoid(x);
  if (kind === SILU) return x * sigmoid(x);
  return x * hardSigmoid(x);
}

// @inline
function derivativeOf(kind: i32, slope: f32, x: f32): f32 {
  if (kind === LEAKY_RELU) return x > 0 ? 1 : slope;
  if (kind === HARD_SWISH) return hardSigmoid(x) + (x > -3 && x < 3 ? x / 6 : 0);
  const y = sigmoid(x);
  return kind === SIGMOID ? y * (1 - y) : y * (1 + x * (1 - y));
}

/** @param kind one of `activationCodes.ts` */
export function activate(kind: i32, slope: f32, from: usize, to: usize, count: i32): void {
  for (const end = to + ((<usize>count) << 2); to < end; to += 4) {
    store<f32>(to, resultOf(kind, slope, load<f32>(from)));
    from += 4;
  }
}

/** @param input of the forward pass @param adds 1: to what is there */
export function activationBackward(
  kind: i32,
  slope: f32,
  gradient: usize,
  input: usize,
  to: usize,
  count: i32,
  adds: i32,
): void {
  for (const end = to + ((<usize>count) << 2); to < end; to += 4) {
    const sent = load<f32>(gradient) * derivativeOf(kind, slope, load<f32>(input));
    store<f32>(to, adds ? load<f32>(to) + sent : sent);
    gradient += 4;
    input += 4;
  }
}
