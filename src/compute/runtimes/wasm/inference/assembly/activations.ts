/** What is done to each number of a float32 map by itself, apart from ReLU; by the record at `step`. */

import { exp4 } from '../../assembly/exp';
import { madd } from '../../assembly/tile';
import {
  CHANNELS,
  HEIGHT,
  INPUT,
  OUT,
  OUT_PIXEL_STEP,
  OUT_ROW_STEP,
  PIXEL_STEP,
  ROW_STEP,
  SLOPE,
  WIDTH,
} from './mapStep';

const LEAKY_RELU = 0;
const SIGMOID = 1;
const SILU = 2;
const HARD_SWISH = 3;

/** The formulas are those of `src/network/activationKinds.ts`. */
// @inline
function activate(x: v128, slope: v128, kind: i32): v128 {
  const zero = f32x4.splat(0);
  if (kind === LEAKY_RELU) return madd(f32x4.pmin(zero, x), slope, f32x4.pmax(zero, x));
  const one = f32x4.splat(1);
  if (kind === HARD_SWISH) {
    const gate = f32x4.pmin(f32x4.splat(6), f32x4.pmax(zero, f32x4.add(x, f32x4.splat(3))));
    return f32x4.mul(f32x4.mul(x, gate), f32x4.splat(<f32>(1.0 / 6.0)));
  }
  const below = f32x4.add(one, exp4(f32x4.neg(x)));
  return f32x4.div(kind === SILU ? x : one, below);
}

// @inline
function overMap(step: usize, kind: i32): void {
  const width = load<i32>(step, WIDTH);
  const channelBytes = <usize>(load<i32>(step, CHANNELS) << 2);
  const slope = v128.load32_splat(step, SLOPE);
  for (let y = 0; y < load<i32>(step, HEIGHT); y++) {
    let from = <usize>load<u32>(step, INPUT) + <usize>(y * load<i32>(step, ROW_STEP));
    let to = <usize>load<u32>(step, OUT) + <usize>(y * load<i32>(step, OUT_ROW_STEP));
    for (let x = 0; x < width; x++) {
      for (let at: usize = 0; at < channelBytes; at += 16)
        v128.store(to + at, activate(v128.load(from + at), slope, kind));
      from += load<i32>(step, PIXEL_STEP);
      to += load<i32>(step, OUT_PIXEL_STEP);
    }
  }
}

export function leakyRelu32(step: usize): void {
  overMap(step, LEAKY_RELU);
}

export function sigmoid32(step: usize): void {
  overMap(step, SIGMOID);
}

export function silu32(step: usize): void {
  overMap(step, SILU);
}

export function hardSwish32(step: usize): void {
  overMap(step, HARD_SWISH);
}
