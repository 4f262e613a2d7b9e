/**
 * The gradient of a layer's weights, and in the same pass the optimiser: what is known of a gradient at a time is one
 * tile, which stays in the innermost cache.
 */
import { madd, multiplyTile } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';
import {
  EPSILON,
  FIRST_ADD,
  FIRST_KEEP,
  GRADIENT_ADD,
  KEEP,
  PENALTY,
  RATE,
  SCALE,
  SECOND_ADD,
  SECOND_KEEP,
  TILE,
  TILE_BYTES,
  VELOCITY_ADD,
} from './optimizerRecord';

/**
 * The gradient of a block of inputs and a panel of units.
 * @param x inputs, `[rowCount, BLOCK]`
 * @param gradients of the outputs, `[rowCount, PANEL]`
 * @param tile written, `[BLOCK, PANEL]`
 */
// @inline
function gradientTile(x: usize, rowCount: i32, gradients: usize, tile: usize): void {
  const zero = f32x4.splat(0);
  const end = gradients + <usize>(rowCount * PANEL * 4);
  multiplyTile(x, gradients, end, zero, zero, tile, PANEL * 4, false, zero, zero);
}

/**
 * Moves the four weights at `weight` by an adaptive rule, or by that of SGD where there are no second moments.
 * @param toFirst as in `update`
 * @param toSecond as in `update`
 */
// @inline
function move(weight: usize, toFirst: usize, toSecond: usize, gradient: v128, optimizer: usize): void {
  const w = v128.load(weight);
  const first = weight + toFirst;
  const g = madd(w, v128.load32_splat(optimizer, PENALTY), gradient);
  const m = madd(
    g,
    v128.load32_splat(optimizer, FIRST_ADD),
    f32x4.mul(v128.load(first), v128.load32_splat(optimizer, FIRST_KEEP)),
  );
  v128.store(first, m);
  if (!toSecond) {
    const moved = madd(m, v128.load32_splat(optimizer, VELOCITY_ADD), w);
    v128.store(weight, madd(g, v128.load32_splat(optimizer, GRADIENT_ADD), moved));
    return;
  }
  const second = weight + toSecond;
  const v = madd(
    f32x4.mul(g, g),
    v128.load32_splat(optimizer, SECOND_ADD),
    f32x4.mul(v128.load(second), v128.load32_splat(optimizer, SECOND_KEEP)),
  );
  v128.store(second, v);
  const root = f32x4.add(f32x4.sqrt(v), v128.load32_splat(optimizer, EPSILON));
  const step = f32x4.mul(f32x4.div(m, root), v128.load32_splat(optimizer, RATE));
  v128.store(weight, f32x4.sub(f32x4.mul(w, v128.load32_splat(optimizer, KEEP)), step));
}

/**
 * One step of the optimiser, with the gradient of one batch.
 * @param columns the layer's inputs, packed `[blocks, rowCount, BLOCK]`
 * @param gradients of its outputs, `[panels, rowCount, PANEL]`
 * @param weights `[panels, blocks · BLOCK, PANEL]`, changed in place, and with them their moments
 * @param toFirst bytes from a weight to its first moment, or to its velocity
 * @param toSecond bytes from a weight to its second moment; 0 for SGD
 * @param optimizer address of its record
 */
export function update(
  columns: usize,
  blocks: i32,
  rowCount: i32,
  gradients: usize,
  panels: i32,
  weights: usize,
  toFirst: usize,
  toSecond: usize,
  optimizer: usize,
): void {
  const tile = optimizer + TILE;
  const gradientBytes = <usize>(rowCount * PANEL * 4);
  for (let panel = 0; panel < panels; panel++) {
    let x = columns;
    for (let block = 0; block < blocks; block++) {
      gradientTile(x, rowCount, gradients, tile);
      x += <usize>(rowCount * BLOCK * 4);
      for (let at: usize = 0; at < <usize>TILE_BYTES; at += 16) {
        move(weights + at, toFirst, toSecond, v128.load(tile + at), optimizer);
      }
      weights += TILE_BYTES;
    }
    gradients += gradientBytes;
  }
}

/**
 * Adds the gradient of a batch to what was gathered; arguments as in `update`.
 * @param sums `[panels, blocks · BLOCK, PANEL]`
 * @param tile room for one
 */
export function gather(
  columns: usize,
  blocks: i32,
  rowCount: i32,
  gradients: usize,
  panels: i32,
  sums: usize,
  tile: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    let x = columns;
    for (let block = 0; block < blocks; block++) {
      gradientTile(x, rowCount, gradients, tile);
      x += <usize>(rowCount * BLOCK * 4);
      for (let at: usize = 0; at < <usize>TILE_BYTES; at += 16) {
        v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(tile + at)));
      }
      sums += TILE_BYTES;
    }
    gradients += <usize>(rowCount * PANEL * 4);
  }
}

/**
 * One step of the optimiser with gathered gradients, which are zero after it; arguments as in `update`.
 * @param bytes of the weights
 * @param toSums from a weight to its gathered gradient
 */
export function applySums(
  weights: usize,
  bytes: usize,
  toSums: usize,
  toFirst: usize,
  toSecond: usize,
  optimizer: usize,
): void {
  const scale = v128.load32_splat(optimizer, SCALE);
  const zero = f32x4.splat(0);
  for (const end = weights + bytes; weights < end; weights += 16) {
    const gradient = f32x4.mul(v128.load(weights + toSums), scale);
    v128.store(weights + toSums, zero);
    move(weights, toFirst, toSecond, gradient, optimizer);
  }
}
