/** BatchNorm that learns: sums over a batch, forward and backward, and the gradient that goes on. Sums are in float64. */
import { madd } from '../../assembly/tile';

/** Pixels whose sums are gathered in float32. */
const RUN = 16;

/** Adds what two registers hold to four pairs of float64 numbers, `[first, second]` for each channel. */
// @inline
function flush(sums: usize, first: v128, second: v128): void {
  for (let lane = 0; lane < 2; lane++) {
    const a =
      lane === 0 ? first : i8x16.shuffle(first, first, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    const b =
      lane === 0
        ? second
        : i8x16.shuffle(second, second, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    const wideA = f64x2.promote_low_f32x4(a);
    const wideB = f64x2.promote_low_f32x4(b);
    const at = sums + <usize>lane * 32;
    const low = v128.shuffle<f64>(wideA, wideB, 0, 2);
    const high = v128.shuffle<f64>(wideA, wideB, 1, 3);
    v128.store(at, f64x2.add(v128.load(at), low));
    v128.store(at, f64x2.add(v128.load(at, 16), high), 16);
  }
}

/** Adds `[Σ x, Σ x²]` of each channel. @param sums `[channels, 2]`, float64 */
export function batchSums(from: usize, pixels: i32, channels: i32, sums: usize): void {
  const stride = (<usize>channels) << 2;
  const whole = channels & ~3;
  for (let first = 0; first < pixels; first += RUN) {
    const count = min(RUN, pixels - first);
    for (let channel = 0; channel < whole; channel += 4) {
      let at = from + ((<usize>channel) << 2);
      let sum = f32x4.splat(0);
      let squares = f32x4.splat(0);
      for (let pixel = 0; pixel < count; pixel++) {
        const x = v128.load(at);
        sum = f32x4.add(sum, x);
        squares = madd(x, x, squares);
        at += stride;
      }
      flush(sums + <usize>channel * 16, sum, squares);
    }
    for (let channel = whole; channel < channels; channel++) {
      const to = sums + <usize>channel * 16;
      for (let pixel = 0; pixel < count; pixel++) {
        const x = <f64>load<f32>(from + <usize>pixel * stride + ((<usize>channel) << 2));
        store<f64>(to, load<f64>(to) + x);
        store<f64>(to, load<f64>(to, 8) + x * x, 8);
      }
    }
    from += <usize>count * stride;
  }
}

/**
 * Adds `[Σ g, Σ g·(x − mean)]` of each channel.
 * @param mean one number a channel
 */
export function gradientSums(
  gradient: usize,
  from: usize,
  mean: usize,
  pixels: i32,
  channels: i32,
  sums: usize,
): void {
  const stride = (<usize>channels) << 2;
  const whole = channels & ~3;
  for (let first = 0; first < pixels; first += RUN) {
    const count = min(RUN, pixels - first);
    for (let channel = 0; channel < whole; channel += 4) {
      let at = from + ((<usize>channel) << 2);
      let g = gradient + ((<usize>channel) << 2);
      const middle = v128.load(mean + ((<usize>channel) << 2));
      let sum = f32x4.splat(0);
      let products = f32x4.splat(0);
      for (let pixel = 0; pixel < count; pixel++) {
        const sent = v128.load(g);
        sum = f32x4.add(sum, sent);
        products = madd(sent, f32x4.sub(v128.load(at), middle), products);
        at += stride;
        g += stride;
      }
      flush(sums + <usize>channel * 16, sum, products);
    }
    for (let channel = whole; channel < channels; channel++) {
      const to = sums + <usize>channel * 16;
      const offset = (<usize>channel) << 2;
      for (let pixel = 0; pixel < count; pixel++) {
        const g = <f64>load<f32>(gradient + <usize>pixel * stride + offset);
        const x = <f64>load<f32>(from + <usize>pixel * stride + offset) - <f64>load<f32>(mean + offset);
        store<f64>(to, load<f64>(to) + g);
        store<f64>(to, load<f64>(to, 8) + g * x, 8);
      }
    }
    from += <usize>count * stride;
    gradient += <usize>count * stride;
  }
}

/** `to = a · gradient + b · x + c`, channel by channel; that is the gradient of the input. @param adds 1: to what is there */
export function normBackward(
  gradient: usize,
  from: usize,
  a: usize,
  b: usize,
  c: usize,
  to: usize,
  pixels: i32,
  channels: i32,
  adds: i32,
): void {
  const bytes = (<usize>channels) << 2;
  const whole = (<usize>(channels & ~3)) << 2;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const sent = madd(
        v128.load(gradient + at),
        v128.load(a + at),
        madd(v128.load(from + at), v128.load(b + at), v128.load(c + at)),
      );
      v128.store(to + at, adds ? f32x4.add(v128.load(to + at), sent) : sent);
    }
    for (; at < bytes; at += 4) {
      const sent =
        load<f32>(gradient + at) * load<f32>(a + at) +
        load<f32>(from + at) * load<f32>(b + at) +
        load<f32>(c + at);
      store<f32>(to + at, adds ? load<f32>(to + at) + sent : sent);
    }
    gradient += bytes;
    from += bytes;
    to += bytes;
  }
}
