/** What is done to each number of a map by itself, forward and backward. `adds` is 1 where the result is added to what is there. */
import { madd } from '../../assembly/tile';

/** What is there, where it counts. */
// @inline
function before(to: usize, adds: i32): v128 {
  return adds ? v128.load(to) : f32x4.splat(0);
}

// @inline
function beforeOne(to: usize, adds: i32): f32 {
  return adds ? load<f32>(to) : 0;
}

/** `to = a + b`. */
export function addMaps(a: usize, b: usize, to: usize, count: i32): void {
  const end = to + ((<usize>count) << 2);
  for (const whole = to + ((<usize>(count & ~3)) << 2); to < whole; to += 16) {
    v128.store(to, f32x4.add(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(a) + load<f32>(b));
    a += 4;
    b += 4;
  }
}

/** `to = from · factor`, number by number. */
export function multiplyMaps(from: usize, factor: usize, to: usize, count: i32, adds: i32): void {
  const end = to + ((<usize>count) << 2);
  for (const whole = to + ((<usize>(count & ~3)) << 2); to < whole; to += 16) {
    v128.store(to, madd(v128.load(from), v128.load(factor), before(to, adds)));
    from += 16;
    factor += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(from) * load<f32>(factor) + beforeOne(to, adds));
    from += 4;
    factor += 4;
  }
}

/** `to = min(highest, max(0, from))`. */
export function reluForward(from: usize, to: usize, count: i32, highest: f32): void {
  const zero = f32x4.splat(0);
  const ceiling = f32x4.splat(highest);
  const end = to + ((<usize>count) << 2);
  for (const whole = to + ((<usize>(count & ~3)) << 2); to < whole; to += 16) {
    v128.store(to, f32x4.pmin(f32x4.pmax(v128.load(from), zero), ceiling));
    from += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, min<f32>(max<f32>(load<f32>(from), 0), highest));
    from += 4;
  }
}

/** The gradient where the ReLU let something through, which its output tells: above zero and below `highest`. */
export function reluBackward(
  gradient: usize,
  output: usize,
  to: usize,
  count: i32,
  highest: f32,
  adds: i32,
): void {
  const zero = f32x4.splat(0);
  const ceiling = f32x4.splat(highest);
  const end = to + ((<usize>count) << 2);
  for (const whole = to + ((<usize>(count & ~3)) << 2); to < whole; to += 16) {
    const y = v128.load(output);
    const passes = v128.and(f32x4.gt(y, zero), f32x4.lt(y, ceiling));
    const passed = v128.and(v128.load(gradient), passes);
    v128.store(to, adds ? f32x4.add(v128.load(to), passed) : passed);
    gradient += 16;
    output += 16;
  }
  for (; to < end; to += 4) {
    const y = load<f32>(output);
    const passed: f32 = y > 0 && y < highest ? load<f32>(gradient) : 0;
    store<f32>(to, beforeOne(to, adds) + passed);
    gradient += 4;
    output += 4;
  }
}

/** `width` columns of each line from one map to another. @param fromStride bytes from line to line @param toStride of the other */
export function copyColumns(
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  width: i32,
  lines: i32,
  adds: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (let line = 0; line < lines; line++) {
    if (!adds) memory.copy(to, from, bytes);
    else addMaps(from, to, to, width);
    from += fromStride;
    to += toStride;
  }
}

/** `to = min(highest, max(lowest, from · scale + shift))`, channel by channel. */
export function scaleShift(
  from: usize,
  scale: usize,
  shift: usize,
  to: usize,
  pixels: i32,
  channels: i32,
  lowest: f32,
  highest: f32,
): void {
  const floor = f32x4.splat(lowest);
  const ceiling = f32x4.splat(highest);
  const whole = (<usize>(channels & ~3)) << 2;
  const bytes = (<usize>channels) << 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const value = madd(v128.load(from + at), v128.load(scale + at), v128.load(shift + at));
      v128.store(to + at, f32x4.pmin(f32x4.pmax(value, floor), ceiling));
    }
    for (; at < bytes; at += 4) {
      const value = load<f32>(from + at) * load<f32>(scale + at) + load<f32>(shift + at);
      store<f32>(to + at, value < lowest ? lowest : value > highest ? highest : value);
    }
    from += bytes;
    to += bytes;
  }
}

/** `to = gradient · scale`, channel by channel. */
export function scaleBackward(
  gradient: usize,
  scale: usize,
  to: usize,
  pixels: i32,
  channels: i32,
  adds: i32,
): void {
  const bytes = (<usize>channels) << 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    multiplyMaps(gradient, scale, to, channels, adds);
    gradient += bytes;
    to += bytes;
  }
}

/** Adds the sum over all pixels to `sums`, channel by channel. */
export function addPixels(from: usize, pixels: i32, channels: i32, sums: usize): void {
  const stride = (<usize>channels) << 2;
  let at: usize = 0;
  for (const whole = (<usize>(channels & ~3)) << 2; at < whole; at += 16) {
    let source = from + at;
    let total = f32x4.splat(0);
    // Many small sums lose less than one long one.
    for (let first = 0; first < pixels; first += 64) {
      let sum = f32x4.splat(0);
      for (let pixel = min(64, pixels - first); pixel > 0; pixel--) {
        sum = f32x4.add(sum, v128.load(source));
        source += stride;
      }
      total = f32x4.add(total, sum);
    }
    v128.store(sums + at, f32x4.add(v128.load(sums + at), total));
  }
  for (; at < stride; at += 4) {
    let source = from + at;
    let total: f64 = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      total += <f64>load<f32>(source);
      source += stride;
    }
    store<f32>(sums + at, <f32>(<f64>load<f32>(sums + at) + total));
  }
}
