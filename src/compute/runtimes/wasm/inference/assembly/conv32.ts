/** Convolution in float32. */

import { madd } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';
import {
  BIASES,
  INPUT,
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
import { finish } from './finish';

/** One convolution, from the record at `step`. Twelve sums of four channels fill the registers that there are. */
export function conv32(step: usize): void {
  const places = <usize>load<u32>(step, PLACES);
  const pixels = load<i32>(step, PIXELS);
  const input = <usize>load<u32>(step, INPUT);
  const taps = <usize>load<u32>(step, TAPS);
  const tapCount = load<i32>(step, TAP_COUNT);
  const run = load<i32>(step, RUN);
  const panels = load<i32>(step, PANELS);
  const starts = <usize>load<u32>(step, PANEL_STARTS);
  const biases = <usize>load<u32>(step, BIASES);
  let panelWeights = <usize>load<u32>(step, WEIGHTS);
  let w = panelWeights;
  for (let panel = 0; panel < panels; panel++) {
    const first = input + load<u32>(starts + ((<usize>panel) << 2));
    const channel = <usize>(panel * PANEL);
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
      let low0 = biasLow;
      let high0 = biasHigh;
      let low1 = biasLow;
      let high1 = biasHigh;
      let low2 = biasLow;
      let high2 = biasHigh;
      let low3 = biasLow;
      let high3 = biasHigh;
      let low4 = biasLow;
      let high4 = biasHigh;
      let low5 = biasLow;
      let high5 = biasHigh;
      w = panelWeights;
      for (let tap = 0; tap < tapCount; tap++) {
        const offset = <usize>load<u32>(taps + ((<usize>tap) << 2));
        let a0 = start0 + offset;
        let a1 = start1 + offset;
        let a2 = start2 + offset;
        let a3 = start3 + offset;
        let a4 = start4 + offset;
        let a5 = start5 + offset;
        for (const end = a0 + ((<usize>run) << 2); a0 < end; ) {
          const wLow = v128.load(w);
          const wHigh = v128.load(w, 16);
          let x = v128.load32_splat(a0);
          low0 = madd(wLow, x, low0);
          high0 = madd(wHigh, x, high0);
          x = v128.load32_splat(a1);
          low1 = madd(wLow, x, low1);
          high1 = madd(wHigh, x, high1);
          x = v128.load32_splat(a2);
          low2 = madd(wLow, x, low2);
          high2 = madd(wHigh, x, high2);
          x = v128.load32_splat(a3);
          low3 = madd(wLow, x, low3);
          high3 = madd(wHigh, x, high3);
          x = v128.load32_splat(a4);
          low4 = madd(wLow, x, low4);
          high4 = madd(wHigh, x, high4);
          x = v128.load32_splat(a5);
          low5 = madd(wLow, x, low5);
          high5 = madd(wHigh, x, high5);
          w += 32;
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
          a4 += 4;
          a5 += 4;
        }
      }
      finish(step, place + 0 * PLACE_BYTES, channel, low0, high0);
      finish(step, place + 1 * PLACE_BYTES, channel, low1, high1);
      finish(step, place + 2 * PLACE_BYTES, channel, low2, high2);
      finish(step, place + 3 * PLACE_BYTES, channel, low3, high3);
      finish(step, place + 4 * PLACE_BYTES, channel, low4, high4);
      finish(step, place + 5 * PLACE_BYTES, channel, low5, high5);
    }
    panelWeights = w;
  }
}
