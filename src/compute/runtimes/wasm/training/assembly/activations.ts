/**
 * The activations apart from ReLU, forward and backward, by the formulas of `network/activationKinds.ts`. Four numbers at a
 * time: behind the last one of a map there is room up to a whole register.
 */
import { exp4 } from '../../assembly/exp';
import { HARD_SWISH, LEAKY_RELU, SIGMOID, SILU } from './activationCodes';

// @inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

// @inline
function hardSigmoid(x: v128): v128 {
  const shifted = f32x4.pmax(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0));
  return f32x4.mul(f32x4.pmin(shifted, f32x4.splat(6)), f32x4.splat(1.0 / 6.0));
}

/** 1 above zero, the slope elsewhere. */
// @inline
function leak(slope: v128, x: v128): v128 {
  return v128.bitselect(f32x4.splat(1), slope, f32x4.gt(x, f32x4.splat(0)));
}

// @inline
function resultOf(kind: i32, slope: v128, x: v128): v128 {
  if (kind === LEAKY_RELU) return f32x4.mul(x, leak(slope, x));
  if (kind === SIGMOID) return sigmoid(x);
  return f32x4.mul(x, kind === SILU ? sigmoid(x) : hardSigmoid(x));
}

// @inline
function derivativeOf(kind: i32, slope: v128, x: v128): v128 {
  if (kind === LEAKY_RELU) return leak(slope, x);
  if (kind === HARD_SWISH) {
    const moves = v128.and(f32x4.gt(x, f32x4.splat(-3)), f32x4.lt(x, f32x4.splat(3)));
    return f32x4.add(hardSigmoid(x), v128.and(f32x4.mul(x, f32x4.splat(1.0 / 6.0)), moves));
  }
  const one = f32x4.splat(1);
  const y = sigmoid(x);
  const rest = f32x4.sub(one, y);
  return f32x4.mul(y, kind === SIGMOID ? rest : f32x4.add(one, f32x4.mul(x, rest)));
}

/** @param kind one of `activationCodes.ts` */
export function activate(kind: i32, slope: f32, from: usize, to: usize, count: i32): void {
  const slopes = f32x4.splat(slope);
  for (const end = to + ((<usize>count) << 2); to < end; to += 16) {
    v128.store(to, resultOf(kind, slopes, v128.load(from)));
    from += 16;
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
  const slopes = f32x4.splat(slope);
  for (const end = to + ((<usize>count) << 2); to < end; to += 16) {
    const sent = f32x4.mul(v128.load(gradient), derivativeOf(kind, slopes, v128.load(input)));
    v128.store(to, adds ? f32x4.add(v128.load(to), sent) : sent);
    gradient += 16;
    input += 16;
  }
}
