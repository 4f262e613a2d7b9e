/** Gradients of several workers become one. */

/**
 * Sums up `count` stretches that lie `stride` bytes apart, in their order, into the first, and clears the others.
 * @param bytes of one, a multiple of 16
 * @returns the sum of the squares of what is in the first
 */
export function reduceGradients(first: usize, bytes: usize, stride: usize, count: i32): f64 {
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = v128.load(first + at);
    for (let other = 1; other < count; other++) {
      const place = first + at + <usize>other * stride;
      sum = f32x4.add(sum, v128.load(place));
      v128.store(place, zero);
    }
    v128.store(first + at, sum);
    const squares = f32x4.mul(sum, sum);
    const low = f64x2.promote_low_f32x4(squares);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(squares, squares, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    );
    const pair = f64x2.add(low, high);
    total += f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  }
  return total;
}
