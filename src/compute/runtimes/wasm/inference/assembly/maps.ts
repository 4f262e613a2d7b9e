/** What happens to maps pixel by pixel, by the record at `step`: sums, scalings, roundings, copies. */
import { madd } from '../../assembly/tile';
import { storeCodes } from './finish';
import {
  CHANNELS,
  HEIGHT,
  HIGHEST,
  INPUT,
  LOWEST,
  OUT,
  OUT_PIXEL_STEP,
  OUT_ROW_STEP,
  PIXEL_STEP,
  ROW_STEP,
  SCALES,
  SECOND,
  SECOND_PIXEL_STEP,
  SECOND_ROW_STEP,
  SHIFTS,
  WIDTH,
} from './mapStep';

/** Sum of two float32 maps, or one map alone, kept within bounds. */
export function add32(step: usize): void {
  const width = load<i32>(step, WIDTH);
  const channelBytes = load<i32>(step, CHANNELS) << 2;
  const second = <usize>load<u32>(step, SECOND);
  const lowest = v128.load32_splat(step, LOWEST);
  const highest = v128.load32_splat(step, HIGHEST);
  for (let y = 0; y < load<i32>(step, HEIGHT); y++) {
    let from = <usize>load<u32>(step, INPUT) + <usize>(y * load<i32>(step, ROW_STEP));
    let other = second + <usize>(y * load<i32>(step, SECOND_ROW_STEP));
    let to = <usize>load<u32>(step, OUT) + <usize>(y * load<i32>(step, OUT_ROW_STEP));
    for (let x = 0; x < width; x++) {
      for (let offset = 0; offset < channelBytes; offset += 16) {
        let sum = v128.load(from + offset);
        if (second) sum = f32x4.add(sum, v128.load(other + offset));
        v128.store(to + offset, f32x4.pmin(f32x4.pmax(sum, lowest), highest));
      }
      from += load<i32>(step, PIXEL_STEP);
      other += load<i32>(step, SECOND_PIXEL_STEP);
      to += load<i32>(step, OUT_PIXEL_STEP);
    }
  }
}

/** `value · scale + shift`, kept within bounds: a BatchNorm that no convolution could take in, and its ReLU. */
export function affine32(step: usize): void {
  const width = load<i32>(step, WIDTH);
  const channelBytes = <usize>(load<i32>(step, CHANNELS) << 2);
  const scales = <usize>load<u32>(step, SCALES);
  const shifts = <usize>load<u32>(step, SHIFTS);
  const lowest = v128.load32_splat(step, LOWEST);
  const highest = v128.load32_splat(step, HIGHEST);
  for (let y = 0; y < load<i32>(step, HEIGHT); y++) {
    let from = <usize>load<u32>(step, INPUT) + <usize>(y * load<i32>(step, ROW_STEP));
    let to = <usize>load<u32>(step, OUT) + <usize>(y * load<i32>(step, OUT_ROW_STEP));
    for (let x = 0; x < width; x++) {
      for (let at: usize = 0; at < channelBytes; at += 16) {
        const value = madd(v128.load(from + at), v128.load(scales + at), v128.load(shifts + at));
        v128.store(to + at, f32x4.pmin(f32x4.pmax(value, lowest), highest));
      }
      from += load<i32>(step, PIXEL_STEP);
      to += load<i32>(step, OUT_PIXEL_STEP);
    }
  }
}

/** float32 → 7-bit codes, `value · scale + shift` rounded down, with both for each channel. */
export function codes32(step: usize): void {
  const width = load<i32>(step, WIDTH);
  const channels = <usize>load<i32>(step, CHANNELS);
  const scales = <usize>load<u32>(step, SCALES);
  const shifts = <usize>load<u32>(step, SHIFTS);
  for (let y = 0; y < load<i32>(step, HEIGHT); y++) {
    let from = <usize>load<u32>(step, INPUT) + <usize>(y * load<i32>(step, ROW_STEP));
    let to = <usize>load<u32>(step, OUT) + <usize>(y * load<i32>(step, OUT_ROW_STEP));
    for (let x = 0; x < width; x++) {
      for (let channel: usize = 0; channel < channels; channel += 8) {
        const at = channel << 2;
        const low = madd(v128.load(from + at), v128.load(scales + at), v128.load(shifts + at));
        const high = madd(v128.load(from + at, 16), v128.load(scales + at, 16), v128.load(shifts + at, 16));
        storeCodes(to + channel, low, high);
      }
      from += load<i32>(step, PIXEL_STEP);
      to += load<i32>(step, OUT_PIXEL_STEP);
    }
  }
}

/** Bytes of each pixel to another place: one part of a concatenation. */
export function copy(step: usize): void {
  const width = load<i32>(step, WIDTH);
  const bytes = <usize>load<u32>(step, CHANNELS);
  for (let y = 0; y < load<i32>(step, HEIGHT); y++) {
    let from = <usize>load<u32>(step, INPUT) + <usize>(y * load<i32>(step, ROW_STEP));
    let to = <usize>load<u32>(step, OUT) + <usize>(y * load<i32>(step, OUT_ROW_STEP));
    for (let x = 0; x < width; x++) {
      memory.copy(to, from, bytes);
      from += load<i32>(step, PIXEL_STEP);
      to += load<i32>(step, OUT_PIXEL_STEP);
    }
  }
}
