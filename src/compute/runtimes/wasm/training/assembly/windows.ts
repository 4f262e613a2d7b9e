/** Windows that slide over each channel by itself: pools and depthwise convolutions, forward and backward. */
import {
  CHANNELS,
  HEIGHT,
  LEFT,
  OUT_HEIGHT,
  OUT_WIDTH,
  STRIDE_X,
  STRIDE_Y,
  TOP,
  WIDTH,
  WINDOW_HEIGHT,
  WINDOW_WIDTH,
} from './windowRecord';

// The window, and what of it lies within the map at the place in question.
let height: i32 = 0;
let width: i32 = 0;
let channels: i32 = 0;
let outHeight: i32 = 0;
let outWidth: i32 = 0;
let windowHeight: i32 = 0;
let windowWidth: i32 = 0;
let firstY: i32 = 0;
let lastY: i32 = 0;
let firstX: i32 = 0;
let lastX: i32 = 0;
let originY: i32 = 0;
let originX: i32 = 0;

function open(record: usize): void {
  height = load<i32>(record, HEIGHT);
  width = load<i32>(record, WIDTH);
  channels = load<i32>(record, CHANNELS);
  outHeight = load<i32>(record, OUT_HEIGHT);
  outWidth = load<i32>(record, OUT_WIDTH);
  windowHeight = load<i32>(record, WINDOW_HEIGHT);
  windowWidth = load<i32>(record, WINDOW_WIDTH);
}

/** Moves the window to a place; `first…` and `last…` (exclusive) are taps that lie within the map. */
function place(record: usize, y: i32, x: i32): void {
  originY = y * load<i32>(record, STRIDE_Y) - load<i32>(record, TOP);
  originX = x * load<i32>(record, STRIDE_X) - load<i32>(record, LEFT);
  firstY = max(0, -originY);
  lastY = min(windowHeight, height - originY);
  firstX = max(0, -originX);
  lastX = min(windowWidth, width - originX);
}

/** Address of the pixel under a tap. */
// @inline
function under(map: usize, tapY: i32, tapX: i32): usize {
  return map + ((<usize>(((originY + tapY) * width + originX + tapX) * channels)) << 2);
}

// @inline
function pictureBytes(): usize {
  return (<usize>(height * width * channels)) << 2;
}

/** The largest or the mean of what lies under the window. */
export function poolForward(record: usize, map: usize, to: usize, pictures: i32, isMax: i32): void {
  open(record);
  const bytes = (<usize>channels) << 2;
  for (let picture = 0; picture < pictures; picture++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        place(record, y, x);
        const part: f32 = isMax ? 1 : <f32>1 / <f32>((lastY - firstY) * (lastX - firstX));
        for (let at: usize = 0; at < bytes; at += 4) {
          let result: f32 = isMax ? -f32.MAX_VALUE : 0;
          for (let tapY = firstY; tapY < lastY; tapY++) {
            for (let tapX = firstX; tapX < lastX; tapX++) {
              const value = load<f32>(under(map, tapY, tapX) + at);
              result = isMax ? max(result, value) : result + value;
            }
          }
          store<f32>(to + at, result * part);
        }
        to += bytes;
      }
    }
    map += pictureBytes();
  }
}

/** Adds the gradient of a place to the first of the largest values under the window, or to all of them in equal parts. */
export function poolBackward(
  record: usize,
  gradient: usize,
  map: usize,
  output: usize,
  to: usize,
  pictures: i32,
  isMax: i32,
): void {
  open(record);
  const bytes = (<usize>channels) << 2;
  for (let picture = 0; picture < pictures; picture++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        place(record, y, x);
        const part: f32 = isMax ? 1 : <f32>1 / <f32>((lastY - firstY) * (lastX - firstX));
        for (let at: usize = 0; at < bytes; at += 4) {
          const sent = load<f32>(gradient + at) * part;
          let isOpen = true;
          for (let tapY = firstY; tapY < lastY && isOpen; tapY++) {
            for (let tapX = firstX; tapX < lastX && isOpen; tapX++) {
              if (isMax && load<f32>(under(map, tapY, tapX) + at) !== load<f32>(output + at)) continue;
              const target = under(to, tapY, tapX) + at;
              store<f32>(target, load<f32>(target) + sent);
              if (isMax) isOpen = false;
            }
          }
        }
        gradient += bytes;
        output += bytes;
      }
    }
    map += pictureBytes();
    to += pictureBytes();
  }
}

/** The mean or the largest of each map. @param to `[pictures, channels]` */
export function globalForward(
  map: usize,
  to: usize,
  pictures: i32,
  pixels: i32,
  count: i32,
  isMax: i32,
): void {
  const bytes = (<usize>count) << 2;
  for (let picture = 0; picture < pictures; picture++) {
    for (let at: usize = 0; at < bytes; at += 4) {
      let from = map + at;
      let largest: f32 = load<f32>(from);
      let sum: f64 = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const value = load<f32>(from);
        largest = max(largest, value);
        sum += <f64>value;
        from += bytes;
      }
      store<f32>(to + at, isMax ? largest : <f32>(sum / <f64>pixels));
    }
    map += bytes * <usize>pixels;
    to += bytes;
  }
}

/** The gradient to all pixels in equal parts, or to the largest ones. @param output of the forward pass */
export function globalBackward(
  gradient: usize,
  map: usize,
  output: usize,
  to: usize,
  pictures: i32,
  pixels: i32,
  count: i32,
  isMax: i32,
  adds: i32,
): void {
  const bytes = (<usize>count) << 2;
  for (let picture = 0; picture < pictures; picture++) {
    for (let at: usize = 0; at < bytes; at += 4) {
      let among = pixels;
      if (isMax) {
        among = 0;
        for (let pixel = 0; pixel < pixels; pixel++) {
          if (load<f32>(map + <usize>pixel * bytes + at) === load<f32>(output + at)) among++;
        }
      }
      const part = load<f32>(gradient + at) / <f32>max(1, among);
      for (let pixel = 0; pixel < pixels; pixel++) {
        const offset = <usize>pixel * bytes + at;
        const takes = !isMax || load<f32>(map + offset) === load<f32>(output + at);
        store<f32>(to + offset, (adds ? load<f32>(to + offset) : 0) + (takes ? part : 0));
      }
    }
    gradient += bytes;
    output += bytes;
    map += bytes * <usize>pixels;
    to += bytes * <usize>pixels;
  }
}

/** @param weights `[taps, channels]` @param bias one number a channel */
export function depthwiseForward(
  record: usize,
  map: usize,
  weights: usize,
  bias: usize,
  to: usize,
  pictures: i32,
  lowest: f32,
  highest: f32,
): void {
  open(record);
  const bytes = (<usize>channels) << 2;
  const whole = (<usize>(channels & ~3)) << 2;
  const floor = f32x4.splat(lowest);
  const ceiling = f32x4.splat(highest);
  for (let picture = 0; picture < pictures; picture++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        place(record, y, x);
        let at: usize = 0;
        for (; at < whole; at += 16) {
          let sum = v128.load(bias + at);
          for (let tapY = firstY; tapY < lastY; tapY++) {
            for (let tapX = firstX; tapX < lastX; tapX++) {
              const weight = weights + <usize>(tapY * windowWidth + tapX) * bytes + at;
              sum = f32x4.add(sum, f32x4.mul(v128.load(under(map, tapY, tapX) + at), v128.load(weight)));
            }
          }
          v128.store(to + at, f32x4.pmin(f32x4.pmax(sum, floor), ceiling));
        }
        for (; at < bytes; at += 4) {
          let sum = load<f32>(bias + at);
          for (let tapY = firstY; tapY < lastY; tapY++) {
            for (let tapX = firstX; tapX < lastX; tapX++) {
              const weight = weights + <usize>(tapY * windowWidth + tapX) * bytes + at;
              sum += load<f32>(under(map, tapY, tapX) + at) * load<f32>(weight);
            }
          }
          store<f32>(to + at, sum < lowest ? lowest : sum > highest ? highest : sum);
        }
        to += bytes;
      }
    }
    map += pictureBytes();
  }
}

/**
 * Adds to the gradients of the weights and, where `to` is not 0, of the input.
 * @param sums of the weights, laid out as those
 */
export function depthwiseBackward(
  record: usize,
  gradient: usize,
  map: usize,
  weights: usize,
  sums: usize,
  to: usize,
  pictures: i32,
): void {
  open(record);
  const bytes = (<usize>channels) << 2;
  const whole = (<usize>(channels & ~3)) << 2;
  for (let picture = 0; picture < pictures; picture++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        place(record, y, x);
        for (let tapY = firstY; tapY < lastY; tapY++) {
          for (let tapX = firstX; tapX < lastX; tapX++) {
            const tap = <usize>(tapY * windowWidth + tapX) * bytes;
            const pixel = under(map, tapY, tapX);
            const target = under(to, tapY, tapX);
            let at: usize = 0;
            for (; at < whole; at += 16) {
              const g = v128.load(gradient + at);
              const sum = sums + tap + at;
              v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(g, v128.load(pixel + at))));
              if (!to) continue;
              const sent = f32x4.mul(g, v128.load(weights + tap + at));
              v128.store(target + at, f32x4.add(v128.load(target + at), sent));
            }
            for (; at < bytes; at += 4) {
              const g = load<f32>(gradient + at);
              const sum = sums + tap + at;
              store<f32>(sum, load<f32>(sum) + g * load<f32>(pixel + at));
              if (to) store<f32>(target + at, load<f32>(target + at) + g * load<f32>(weights + tap + at));
            }
          }
        }
        gradient += bytes;
      }
    }
    map += pictureBytes();
    if (to) to += pictureBytes();
  }
}
