/** Convolution of 7-bit activations with 8-bit weights where relaxed SIMD is not: both widened to 16 bits, 8 products an instruction. */
import { PANEL } from '../../assembly/tileShape';
import {
  BIASES,
  INPUT,
  MULTIPLIERS,
  PANEL_STARTS,
  PANELS,
  PIXELS,
  PLACE_BYTES,
  PLACES,
  RUN,
  TAP_COUNT,
  TAPS,
  WEIGHTS,
} from './convStep';
import { finish, toReal } from './finish';

/** Sums of an even and an odd pair of one channel each → the sums of four channels. */
function joinPairs(a: v128, b: v128): v128 {
  const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
  return i32x4.add(even, odd);
}

/** Two pixels at a time: `sum0_2` holds channels 2 and 3 of the first, each as two sums of a pair of products. */
const PIXELS_AT_ONCE = 2;

/** One convolution, from the record at `step`. The same whole numbers as `conv8Relaxed.ts`. */
export function conv8(step: usize): void {
  const places = <usize>load<u32>(step, PLACES);
  const pixels = load<i32>(step, PIXELS);
  const input = <usize>load<u32>(step, INPUT);
  const taps = <usize>load<u32>(step, TAPS);
  const tapCount = load<i32>(step, TAP_COUNT);
  const run = load<i32>(step, RUN);
  const panels = load<i32>(step, PANELS);
  const starts = <usize>load<u32>(step, PANEL_STARTS);
  const multipliers = <usize>load<u32>(step, MULTIPLIERS);
  const biases = <usize>load<u32>(step, BIASES);
  let panelWeights = <usize>load<u32>(step, WEIGHTS);
  let w = panelWeights;
  for (let panel = 0; panel < panels; panel++) {
    const first = input + load<u32>(starts + ((<usize>panel) << 2));
    const channel = <usize>(panel * PANEL);
    const scaleLow = v128.load(multipliers + (channel << 2));
    const scaleHigh = v128.load(multipliers + (channel << 2), 16);
    const biasLow = v128.load(biases + (channel << 2));
    const biasHigh = v128.load(biases + (channel << 2), 16);
    for (let pixel = 0; pixel < pixels; pixel += PIXELS_AT_ONCE) {
      const place = places + <usize>(pixel * PLACE_BYTES);
      const start0 = first + load<u32>(place, 0 * PLACE_BYTES);
      const start1 = first + load<u32>(place, 1 * PLACE_BYTES);
      let sum0_0 = i32x4.splat(0);
      let sum0_2 = i32x4.splat(0);
      let sum0_4 = i32x4.splat(0);
      let sum0_6 = i32x4.splat(0);
      let sum1_0 = i32x4.splat(0);
      let sum1_2 = i32x4.splat(0);
      let sum1_4 = i32x4.splat(0);
      let sum1_6 = i32x4.splat(0);
      w = panelWeights;
      for (let tap = 0; tap < tapCount; tap++) {
        const offset = <usize>load<u32>(taps + ((<usize>tap) << 2));
        let a0 = start0 + offset;
        let a1 = start1 + offset;
        for (const end = a0 + <usize>run; a0 < end; ) {
          const x0 = i16x8.extend_low_i8x16_u(v128.load32_splat(a0));
          const x1 = i16x8.extend_low_i8x16_u(v128.load32_splat(a1));
          let pair = v128.load_ext<i8>(w);
          sum0_0 = i32x4.add(sum0_0, i32x4.dot_i16x8_s(pair, x0));
          sum1_0 = i32x4.add(sum1_0, i32x4.dot_i16x8_s(pair, x1));
          pair = v128.load_ext<i8>(w, 8);
          sum0_2 = i32x4.add(sum0_2, i32x4.dot_i16x8_s(pair, x0));
          sum1_2 = i32x4.add(sum1_2, i32x4.dot_i16x8_s(pair, x1));
          pair = v128.load_ext<i8>(w, 16);
          sum0_4 = i32x4.add(sum0_4, i32x4.dot_i16x8_s(pair, x0));
          sum1_4 = i32x4.add(sum1_4, i32x4.dot_i16x8_s(pair, x1));
          pair = v128.load_ext<i8>(w, 24);
          sum0_6 = i32x4.add(sum0_6, i32x4.dot_i16x8_s(pair, x0));
          sum1_6 = i32x4.add(sum1_6, i32x4.dot_i16x8_s(pair, x1));
          w += 32;
          a0 += 4;
          a1 += 4;
        }
      }
      finish(
        step,
        place + 0 * PLACE_BYTES,
        channel,
        toReal(joinPairs(sum0_0, sum0_2), scaleLow, biasLow),
        toReal(joinPairs(sum0_4, sum0_6), scaleHigh, biasHigh),
      );
      finish(
        step,
        place + 1 * PLACE_BYTES,
        channel,
        toReal(joinPairs(sum1_0, sum1_2), scaleLow, biasLow),
        toReal(joinPairs(sum1_4, sum1_6), scaleHigh, biasHigh),
      );
    }
    panelWeights = w;
  }
}
