/** Depthwise convolution in float32: eight channels side by side, each with its own weight. */
import { madd } from '../../assembly/tile';
import { PANEL } from '../../assembly/tileShape';
import { BIASES, INPUT, PANELS, PIXELS, PLACE_BYTES, PLACES, TAP_COUNT, TAPS, WEIGHTS } from './convStep';
import { finish } from './finish';

/** Two vectors of each, and two of weights, stay within the registers that there are. */
const PIXELS_AT_ONCE = 3;

/** One convolution, from the record at `step`. All channels of a few pixels first, so that their lines are in the cache. */
export function depthwise32(step: usize): void {
  const places = <usize>load<u32>(step, PLACES);
  const pixels = load<i32>(step, PIXELS);
  const input = <usize>load<u32>(step, INPUT);
  const taps = <usize>load<u32>(step, TAPS);
  const tapsEnd = taps + ((<usize>load<u32>(step, TAP_COUNT)) << 2);
  const biases = <usize>load<u32>(step, BIASES);
  const channelsEnd = <usize>(load<i32>(step, PANELS) * PANEL);
  for (let pixel = 0; pixel < pixels; pixel += PIXELS_AT_ONCE) {
    const place = places + <usize>(pixel * PLACE_BYTES);
    let w = <usize>load<u32>(step, WEIGHTS);
    for (let channel: usize = 0; channel < channelsEnd; channel += PANEL) {
      const bytes = channel << 2;
      const start0 = input + load<u32>(place, 0 * PLACE_BYTES) + bytes;
      const start1 = input + load<u32>(place, 1 * PLACE_BYTES) + bytes;
      const start2 = input + load<u32>(place, 2 * PLACE_BYTES) + bytes;
      let low0 = v128.load(biases + bytes);
      let high0 = v128.load(biases + bytes, 16);
      let low1 = low0;
      let high1 = high0;
      let low2 = low0;
      let high2 = high0;
      for (let tap = taps; tap < tapsEnd; tap += 4) {
        const offset = <usize>load<u32>(tap);
        const wLow = v128.load(w);
        const wHigh = v128.load(w, 16);
        low0 = madd(v128.load(start0 + offset), wLow, low0);
        high0 = madd(v128.load(start0 + offset, 16), wHigh, high0);
        low1 = madd(v128.load(start1 + offset), wLow, low1);
        high1 = madd(v128.load(start1 + offset, 16), wHigh, high1);
        low2 = madd(v128.load(start2 + offset), wLow, low2);
        high2 = madd(v128.load(start2 + offset, 16), wHigh, high2);
        w += PANEL << 2;
      }
      finish(step, place + 0 * PLACE_BYTES, channel, low0, high0);
      finish(step, place + 1 * PLACE_BYTES, channel, low1, high1);
      finish(step, place + 2 * PLACE_BYTES, channel, low2, high2);
    }
  }
}
