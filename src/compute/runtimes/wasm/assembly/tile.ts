/**
 * The tile that products in float32 are made of: a block of rows by a panel of columns, in registers. Those of training
 * are calls of `multiplyTile`; `conv32` and `conv8` of inference are written out for the same 6 × 8.
 */
import { BLOCK, PANEL } from './tileShape';

/** `a · b + c`, in one rounding where relaxed SIMD is. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** What bounds a line of a tile on its way to memory; where `isBounded` is a constant, the compiler decides. */
// @inline
function storeLine(to: usize, low: v128, high: v128, isBounded: bool, lowest: v128, highest: v128): void {
  v128.store(to, isBounded ? f32x4.pmin(f32x4.pmax(low, lowest), highest) : low);
  v128.store(to, isBounded ? f32x4.pmin(f32x4.pmax(high, lowest), highest) : high, 16);
}

/**
 * `out[r][c] = start[c] + Σᵢ rows[i][r] · columns[i][c]`, within bounds if asked for.
 * @param rows `[inner, BLOCK]`
 * @param columns `[inner, PANEL]`
 * @param columnsEnd first address behind them
 * @param startLow what the sums of the first four columns begin with
 * @param startHigh of the last four
 * @param out `[BLOCK, stride]`
 * @param stride bytes from line to line
 * @param isBounded a constant at each call: false costs nothing
 */
// @inline
export function multiplyTile(
  rows: usize,
  columns: usize,
  columnsEnd: usize,
  startLow: v128,
  startHigh: v128,
  out: usize,
  stride: usize,
  isBounded: bool,
  lowest: v128,
  highest: v128,
): void {
  let low0 = startLow;
  let high0 = startHigh;
  let low1 = startLow;
  let high1 = startHigh;
  let low2 = startLow;
  let high2 = startHigh;
  let low3 = startLow;
  let high3 = startHigh;
  let low4 = startLow;
  let high4 = startHigh;
  let low5 = startLow;
  let high5 = startHigh;
  let x = rows;
  for (let c = columns; c < columnsEnd; c += PANEL * 4) {
    const cLow = v128.load(c);
    const cHigh = v128.load(c, 16);
    let s = v128.load32_splat(x);
    low0 = madd(cLow, s, low0);
    high0 = madd(cHigh, s, high0);
    s = v128.load32_splat(x, 4);
    low1 = madd(cLow, s, low1);
    high1 = madd(cHigh, s, high1);
    s = v128.load32_splat(x, 8);
    low2 = madd(cLow, s, low2);
    high2 = madd(cHigh, s, high2);
    s = v128.load32_splat(x, 12);
    low3 = madd(cLow, s, low3);
    high3 = madd(cHigh, s, high3);
    s = v128.load32_splat(x, 16);
    low4 = madd(cLow, s, low4);
    high4 = madd(cHigh, s, high4);
    s = v128.load32_splat(x, 20);
    low5 = madd(cLow, s, low5);
    high5 = madd(cHigh, s, high5);
    x += BLOCK * 4;
  }
  let to = out;
  storeLine(to, low0, high0, isBounded, lowest, highest);
  to += stride;
  storeLine(to, low1, high1, isBounded, lowest, highest);
  to += stride;
  storeLine(to, low2, high2, isBounded, lowest, highest);
  to += stride;
  storeLine(to, low3, high3, isBounded, lowest, highest);
  to += stride;
  storeLine(to, low4, high4, isBounded, lowest, highest);
  to += stride;
  storeLine(to, low5, high5, isBounded, lowest, highest);
}
