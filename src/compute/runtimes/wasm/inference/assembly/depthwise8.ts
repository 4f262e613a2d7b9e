/** Depthwise convolution of 7-bit activations with 8-bit weights: two taps of a channel side by side, as 16 bits. */
import { PANEL } from '../../assembly/tileShape';
import {
  BIASES,
  INPUT,
  MULTIPLIERS,
  PANELS,
  PIXELS,
  PLACE_BYTES,
  PLACES,
  TAP_COUNT,
  TAPS,
  TAPS_AT_ONCE,
  WEIGHTS,
} from './convStep';
import { finish, toReal } from './finish';

const PIXELS_AT_ONCE = 2;

/** Four channels' sums of two taps each. */
function lowPairs(a: v128, b: v128, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), weights);
}

function highPairs(a: v128, b: v128, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), weights);
}

/** One convolution, from the record at `step`. All channels of a few pixels first, so that their lines are in the cache. */
export function depthwise8(step: usize): void {
  const places = <usize>load<u32>(step, PLACES);
  const pixels = load<i32>(step, PIXELS);
  const input = <usize>load<u32>(step, INPUT);
  const taps = <usize>load<u32>(step, TAPS);
  const tapsEnd = taps + ((<usize>load<u32>(step, TAP_COUNT)) << 2);
  const multipliers = <usize>load<u32>(step, MULTIPLIERS);
  const biases = <usize>load<u32>(step, BIASES);
  const channelsEnd = <usize>(load<i32>(step, PANELS) * PANEL);
  for (let pixel = 0; pixel < pixels; pixel += PIXELS_AT_ONCE) {
    const place = places + <usize>(pixel * PLACE_BYTES);
    let w = <usize>load<u32>(step, WEIGHTS);
    for (let channel: usize = 0; channel < channelsEnd; channel += PANEL) {
      const start0 = input + load<u32>(place, 0 * PLACE_BYTES) + channel;
      const start1 = input + load<u32>(place, 1 * PLACE_BYTES) + channel;
      let low0 = i32x4.splat(0);
      let high0 = i32x4.splat(0);
      let low1 = i32x4.splat(0);
      let high1 = i32x4.splat(0);
      for (let tap = taps; tap < tapsEnd; tap += TAPS_AT_ONCE << 2) {
        const offsetA = <usize>load<u32>(tap);
        const offsetB = <usize>load<u32>(tap, 4);
        const wLow = v128.load_ext<i8>(w);
        const wHigh = v128.load_ext<i8>(w, 8);
        const a0 = v128.load_ext<u8>(start0 + offsetA);
        const b0 = v128.load_ext<u8>(start0 + offsetB);
        low0 = i32x4.add(low0, lowPairs(a0, b0, wLow));
        high0 = i32x4.add(high0, highPairs(a0, b0, wHigh));
        const a1 = v128.load_ext<u8>(start1 + offsetA);
        const b1 = v128.load_ext<u8>(start1 + offsetB);
        low1 = i32x4.add(low1, lowPairs(a1, b1, wLow));
        high1 = i32x4.add(high1, highPairs(a1, b1, wHigh));
        w += TAPS_AT_ONCE * PANEL;
      }
      const bytes = channel << 2;
      const scaleLow = v128.load(multipliers + bytes);
      const scaleHigh = v128.load(multipliers + bytes, 16);
      const biasLow = v128.load(biases + bytes);
      const biasHigh = v128.load(biases + bytes, 16);
      finish(
        step,
        place + 0 * PLACE_BYTES,
        channel,
        toReal(low0, scaleLow, biasLow),
        toReal(high0, scaleHigh, biasHigh),
      );
      finish(
        step,
        place + 1 * PLACE_BYTES,
        channel,
        toReal(low1, scaleLow, biasLow),
        toReal(high1, scaleHigh, biasHigh),
      );
    }
  }
}
