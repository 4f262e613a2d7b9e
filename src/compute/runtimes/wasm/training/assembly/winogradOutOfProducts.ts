/**
 * What becomes of Winograd's products on their way out into maps, forward and backward: the way back is the transpose of the
 * way there, step by step.
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, section 4.1, F(2×2, 3×3).
 */
import { PANEL } from '../../assembly/tileShape';
import { POSITION_GAP } from './tileRecord';

const LINE: usize = PANEL * 4;

// @inline
function sumOfThree(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.add(a, b), c);
}

// @inline
function lessTwo(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(f32x4.sub(a, b), c);
}

// @inline
function storeResult(table: usize, pixel: usize, skipped: usize, value: v128, low: v128, high: v128): void {
  v128.store(<usize>load<u32>(table + pixel * 4) + skipped, f32x4.pmin(f32x4.pmax(value, low), high));
}

/** `Aᵀ m A` of four channels of one tile, plus the bias, within bounds. */
function transformProduct(
  m: usize,
  step: usize,
  table: usize,
  skipped: usize,
  bias: v128,
  lowest: v128,
  highest: v128,
): void {
  const line = 4 * step;
  const m10 = v128.load(m + line);
  const m11 = v128.load(m + line + step);
  const m12 = v128.load(m + line + 2 * step);
  const m13 = v128.load(m + line + 3 * step);
  const m20 = v128.load(m + 2 * line);
  const m21 = v128.load(m + 2 * line + step);
  const m22 = v128.load(m + 2 * line + 2 * step);
  const m23 = v128.load(m + 2 * line + 3 * step);
  let x0 = sumOfThree(v128.load(m), m10, m20);
  let x1 = sumOfThree(v128.load(m + step), m11, m21);
  let x2 = sumOfThree(v128.load(m + 2 * step), m12, m22);
  let x3 = sumOfThree(v128.load(m + 3 * step), m13, m23);
  storeResult(table, 0, skipped, f32x4.add(sumOfThree(x0, x1, x2), bias), lowest, highest);
  storeResult(table, 1, skipped, f32x4.add(lessTwo(x1, x2, x3), bias), lowest, highest);
  x0 = lessTwo(m10, m20, v128.load(m + 3 * line));
  x1 = lessTwo(m11, m21, v128.load(m + 3 * line + step));
  x2 = lessTwo(m12, m22, v128.load(m + 3 * line + 2 * step));
  x3 = lessTwo(m13, m23, v128.load(m + 3 * line + 3 * step));
  storeResult(table, 2, skipped, f32x4.add(sumOfThree(x0, x1, x2), bias), lowest, highest);
  storeResult(table, 3, skipped, f32x4.add(lessTwo(x1, x2, x3), bias), lowest, highest);
}

/**
 * The output of a convolution. @param table of tiles of 2×2
 * @param skipped bytes of each pixel before the first panel
 * @param bias address of that of the first panel
 */
export function transformProducts(
  m: usize,
  tiles: i32,
  panels: i32,
  table: usize,
  skipped: usize,
  bias: usize,
  lowest: f32,
  highest: f32,
): void {
  const step = <usize>(panels * tiles) * LINE + POSITION_GAP;
  const floor = f32x4.splat(lowest);
  const ceiling = f32x4.splat(highest);
  for (let panel = 0; panel < panels; panel++) {
    const biasLow = v128.load(bias);
    const biasHigh = v128.load(bias, 16);
    const end = table + <usize>tiles * 16;
    for (let tile = table; tile < end; tile += 16) {
      transformProduct(m, step, tile, skipped, biasLow, floor, ceiling);
      transformProduct(m + 16, step, tile, skipped + 16, biasHigh, floor, ceiling);
      m += LINE;
    }
    skipped += LINE;
    bias += LINE;
  }
}

// @inline
function addTo(table: usize, pixel: usize, skipped: usize, value: v128): void {
  const at = <usize>load<u32>(table + pixel * 4) + skipped;
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** One line of `B m` from the right with `Bᵀ`, added to its pixels. */
// @inline
function addLine(table: usize, pixel: usize, skipped: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  addTo(table, pixel, skipped, x0);
  addTo(table, pixel + 1, skipped, f32x4.add(f32x4.sub(x1, x2), x3));
  addTo(table, pixel + 2, skipped, f32x4.sub(f32x4.add(x1, x2), x0));
  addTo(table, pixel + 3, skipped, f32x4.neg(x3));
}

/** `B m Bᵀ` of four channels of one tile. */
function addTile(m: usize, step: usize, table: usize, skipped: usize): void {
  const line = 4 * step;
  const a0 = v128.load(m);
  const a1 = v128.load(m + step);
  const a2 = v128.load(m + 2 * step);
  const a3 = v128.load(m + 3 * step);
  addLine(table, 0, skipped, a0, a1, a2, a3);
  m += line;
  const b0 = v128.load(m);
  const b1 = v128.load(m + step);
  const b2 = v128.load(m + 2 * step);
  const b3 = v128.load(m + 3 * step);
  m += line;
  const c0 = v128.load(m);
  const c1 = v128.load(m + step);
  const c2 = v128.load(m + 2 * step);
  const c3 = v128.load(m + 3 * step);
  addLine(
    table,
    8,
    skipped,
    f32x4.sub(f32x4.add(b0, c0), a0),
    f32x4.sub(f32x4.add(b1, c1), a1),
    f32x4.sub(f32x4.add(b2, c2), a2),
    f32x4.sub(f32x4.add(b3, c3), a3),
  );
  m += line;
  const d0 = v128.load(m);
  const d1 = v128.load(m + step);
  const d2 = v128.load(m + 2 * step);
  const d3 = v128.load(m + 3 * step);
  addLine(
    table,
    4,
    skipped,
    f32x4.add(f32x4.sub(b0, c0), d0),
    f32x4.add(f32x4.sub(b1, c1), d1),
    f32x4.add(f32x4.sub(b2, c2), d2),
    f32x4.add(f32x4.sub(b3, c3), d3),
  );
  addLine(table, 12, skipped, f32x4.neg(d0), f32x4.neg(d1), f32x4.neg(d2), f32x4.neg(d3));
}

/** Adds what the products come to in the gradient of a convolution's input. @param table of tiles of 4×4 */
export function addTiles(m: usize, tiles: i32, panels: i32, table: usize, skipped: usize): void {
  const step = <usize>(panels * tiles) * LINE + POSITION_GAP;
  for (let panel = 0; panel < panels; panel++) {
    const end = table + <usize>tiles * 64;
    for (let tile = table; tile < end; tile += 64) {
      addTile(m, step, tile, skipped);
      addTile(m + 16, step, tile, skipped + 16);
      m += LINE;
    }
    skipped += LINE;
  }
}
