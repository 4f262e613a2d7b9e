/** Convolution of 7-bit activations with 8-bit weights on the dot product of relaxed SIMD: 16 products an instruction. */
import { BLOCK, PANEL } from '../../assembly/tileShape';
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

/** One convolution, from the record at `step`. Twelve sums of four channels fill the registers that there are. */
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
    for (let pixel = 0; pixel < pixels; pixel += BLOCK) {
      const place = places + <usize>(pixel * PLACE_BYTES);
      const start0 = first + load<u32>(place, 0 * PLACE_BYTES);
      const start1 = first + load<u32>(place, 1 * PLACE_BYTES);
      const start2 = first + load<u32>(place, 2 * PLACE_BYTES);
      const start3 = first + load<u32>(place, 3 * PLACE_BYTES);
      const start4 = first + load<u32>(place, 4 * PLACE_BYTES);
      const start5 = first + load<u32>(place, 5 * PLACE_BYTES);
      let low0 = i32x4.splat(0);
      let high0 = i32x4.splat(0);
      let low1 = i32x4.splat(0);
      let high1 = i32x4.splat(0);
      let low2 = i32x4.splat(0);
      let high2 = i32x4.splat(0);
      let low3 = i32x4.splat(0);
      let high3 = i32x4.splat(0);
      let low4 = i32x4.splat(0);
      let high4 = i32x4.splat(0);
      let low5 = i32x4.splat(0);
      let high5 = i32x4.splat(0);
      w = panelWeights;
      for (let tap = 0; tap < tapCount; tap++) {
        const offset = <usize>load<u32>(taps + ((<usize>tap) << 2));
        let a0 = start0 + offset;
        let a1 = start1 + offset;
        let a2 = start2 + offset;
        let a3 = start3 + offset;
        let a4 = start4 + offset;
        let a5 = start5 + offset;
        for (const end = a0 + <usize>run; a0 < end; ) {
          const wLow = v128.load(w);
          const wHigh = v128.load(w, 16);
          let x = v128.load32_splat(a0);
          low0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low0);
          high0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high0);
          x = v128.load32_splat(a1);
          low1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low1);
          high1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high1);
          x = v128.load32_splat(a2);
          low2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low2);
          high2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high2);
          x = v128.load32_splat(a3);
          low3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low3);
          high3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high3);
          x = v128.load32_splat(a4);
          low4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low4);
          high4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high4);
          x = v128.load32_splat(a5);
          low5 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wLow, x, low5);
          high5 = i32x4.relaxed_dot_i8x16_i7x16_add_s(wHigh, x, high5);
          w += 32;
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
          a4 += 4;
          a5 += 4;
        }
      }
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
      finish(
        step,
        place + 2 * PLACE_BYTES,
        channel,
        toReal(low2, scaleLow, biasLow),
        toReal(high2, scaleHigh, biasHigh),
      );
      finish(
        step,
        place + 3 * PLACE_BYTES,
        channel,
        toReal(low3, scaleLow, biasLow),
        toReal(high3, scaleHigh, biasHigh),
      );
      finish(
        step,
        place + 4 * PLACE_BYTES,
        channel,
        toReal(low4, scaleLow, biasLow),
        toReal(high4, scaleHigh, biasHigh),
      );
      finish(
        step,
        place + 5 * PLACE_BYTES,
        channel,
        toReal(low5, scaleLow, biasLow),
        toReal(high5, scaleHigh, biasHigh),
      );
    }
    panelWeights = w;
  }
}
