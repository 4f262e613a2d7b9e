/** What follows the sum of a convolution: residual, bounds, and the result as float32, as 7-bit codes or both. */
import { madd } from '../../assembly/tile';
import {
  CODE_SCALE,
  CODES,
  HIGHEST,
  LOWEST,
  OUT,
  PLACE_CODES,
  PLACE_OUT,
  PLACE_RESIDUAL,
  RESIDUAL,
} from './convStep';

/** Whole-number sums as real numbers, of four channels. */
export function toReal(sums: v128, multipliers: v128, biases: v128): v128 {
  return madd(f32x4.convert_i32x4_s(sums), multipliers, biases);
}

/** What float32 holds of 0–127, rounded down; what is not a number becomes 0. */
function toLevels(x: v128): v128 {
  // Held within the range first: what lies beyond int32, relaxed SIMD makes into anything.
  const held = f32x4.pmin(f32x4.pmax(f32x4.splat(0), x), f32x4.splat(127));
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_trunc_f32x4_s(held);
  return i32x4.trunc_sat_f32x4_s(held);
}

/** Eight floats, rounded down, as bytes of 0–127. */
export function storeCodes(address: usize, low: v128, high: v128): void {
  const words = i16x8.narrow_i32x4_s(toLevels(low), toLevels(high));
  v128.store64_lane(address, i8x16.narrow_i16x8_s(words, words), 0);
}

/**
 * Eight channels of one pixel, `low` and `high`, through residual and bounds into memory.
 * @param step address of the record
 * @param place address of the pixel's places
 * @param channel first of the eight
 */
// @inline
export function finish(step: usize, place: usize, channel: usize, low: v128, high: v128): void {
  const residual = <usize>load<u32>(step, RESIDUAL);
  if (residual) {
    const from = residual + load<u32>(place, PLACE_RESIDUAL) + (channel << 2);
    low = f32x4.add(low, v128.load(from));
    high = f32x4.add(high, v128.load(from, 16));
  }
  const lowest = v128.load32_splat(step, LOWEST);
  const highest = v128.load32_splat(step, HIGHEST);
  low = f32x4.pmin(f32x4.pmax(low, lowest), highest);
  high = f32x4.pmin(f32x4.pmax(high, lowest), highest);
  const out = <usize>load<u32>(step, OUT);
  if (out) {
    const to = out + load<u32>(place, PLACE_OUT) + (channel << 2);
    v128.store(to, low);
    v128.store(to, high, 16);
  }
  const codes = <usize>load<u32>(step, CODES);
  if (codes) {
    const scale = v128.load32_splat(step, CODE_SCALE);
    const half = f32x4.splat(0.5);
    storeCodes(
      codes + load<u32>(place, PLACE_CODES) + channel,
      madd(low, scale, half),
      madd(high, scale, half),
    );
  }
}
