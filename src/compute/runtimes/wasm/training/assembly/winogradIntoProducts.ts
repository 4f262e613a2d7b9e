/**
 * Convolution 3×3 with 4 products where the direct one has 9, for training: what becomes of maps on their way into the
 * products, forward and backward. Transformed tiles lie in panels, `[POSITIONS, panels, tiles, PANEL]`.
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, section 4.1, F(2×2, 3×3).
 */
import { PANEL } from '../../assembly/tileShape';
import { storeInputLine } from '../../assembly/winogradInput';
import { POSITION_GAP } from './tileRecord';

const LINE: usize = PANEL * 4;

/** Four values from `skipped` on of a pixel in a table. */
// @inline
function valuesOf(table: usize, pixel: usize, skipped: usize): v128 {
  return v128.load(<usize>load<u32>(table + pixel * 4) + skipped);
}

/** `Bᵀ d B` of four channels of one tile. */
function transformInput(table: usize, skipped: usize, to: usize, step: usize): void {
  const b0 = valuesOf(table, 4, skipped);
  const b1 = valuesOf(table, 5, skipped);
  const b2 = valuesOf(table, 6, skipped);
  const b3 = valuesOf(table, 7, skipped);
  const c0 = valuesOf(table, 8, skipped);
  const c1 = valuesOf(table, 9, skipped);
  const c2 = valuesOf(table, 10, skipped);
  const c3 = valuesOf(table, 11, skipped);
  storeInputLine(
    to,
    step,
    f32x4.sub(valuesOf(table, 0, skipped), c0),
    f32x4.sub(valuesOf(table, 1, skipped), c1),
    f32x4.sub(valuesOf(table, 2, skipped), c2),
    f32x4.sub(valuesOf(table, 3, skipped), c3),
  );
  storeInputLine(
    to + 4 * step,
    step,
    f32x4.add(b0, c0),
    f32x4.add(b1, c1),
    f32x4.add(b2, c2),
    f32x4.add(b3, c3),
  );
  storeInputLine(
    to + 8 * step,
    step,
    f32x4.sub(c0, b0),
    f32x4.sub(c1, b1),
    f32x4.sub(c2, b2),
    f32x4.sub(c3, b3),
  );
  storeInputLine(
    to + 12 * step,
    step,
    f32x4.sub(b0, valuesOf(table, 12, skipped)),
    f32x4.sub(b1, valuesOf(table, 13, skipped)),
    f32x4.sub(b2, valuesOf(table, 14, skipped)),
    f32x4.sub(b3, valuesOf(table, 15, skipped)),
  );
}

/**
 * The input of a convolution. @param table of tiles of 4×4
 * @param skipped bytes of each pixel before the first panel
 */
export function transformTiles(table: usize, skipped: usize, tiles: i32, panels: i32, to: usize): void {
  const step = <usize>(panels * tiles) * LINE + POSITION_GAP;
  for (let panel = 0; panel < panels; panel++) {
    const end = table + <usize>tiles * 64;
    for (let tile = table; tile < end; tile += 64) {
      transformInput(tile, skipped, to, step);
      transformInput(tile, skipped + 16, to + 16, step);
      to += LINE;
    }
    skipped += LINE;
  }
}

/** One line of `A y` from the right with `Aᵀ`. */
// @inline
function storeGradient(to: usize, step: usize, left: v128, right: v128): void {
  v128.store(to, left);
  v128.store(to + step, f32x4.add(left, right));
  v128.store(to + 2 * step, f32x4.sub(left, right));
  v128.store(to + 3 * step, f32x4.neg(right));
}

/** `A y Aᵀ` of four channels of one tile. */
function transformGradient(table: usize, skipped: usize, to: usize, step: usize): void {
  const a0 = valuesOf(table, 0, skipped);
  const a1 = valuesOf(table, 1, skipped);
  const b0 = valuesOf(table, 2, skipped);
  const b1 = valuesOf(table, 3, skipped);
  storeGradient(to, step, a0, a1);
  storeGradient(to + 4 * step, step, f32x4.add(a0, b0), f32x4.add(a1, b1));
  storeGradient(to + 8 * step, step, f32x4.sub(a0, b0), f32x4.sub(a1, b1));
  storeGradient(to + 12 * step, step, f32x4.neg(b0), f32x4.neg(b1));
}

/** The gradient of a convolution's output. @param table of tiles of 2×2 */
export function transformGradients(table: usize, tiles: i32, panels: i32, to: usize): void {
  const step = <usize>(panels * tiles) * LINE + POSITION_GAP;
  for (let panel = 0; panel < panels; panel++) {
    const skipped = <usize>panel * LINE;
    const end = table + <usize>tiles * 16;
    for (let tile = table; tile < end; tile += 16) {
      transformGradient(tile, skipped, to, step);
      transformGradient(tile, skipped + 16, to + 16, step);
      to += LINE;
    }
  }
}
