/**
 * The gradient of a layer's weights, and in the same pass the optimiser: what is known of a gradient at a time is one
 * tile, which stays in the innermost cache.
 */
import { madd } from '../../trunk/assembly/finish';
import {
  BLOCK,
  EPSILON,
  FIRST_ADD,
  FIRST_KEEP,
  GRADIENT_ADD,
  KEEP,
  PANEL,
  PENALTY,
  RATE,
  SECOND_ADD,
  SECOND_KEEP,
  TILE,
  TILE_BYTES,
  VELOCITY_ADD,
} from './layout';

/**
 * Moves the four weights at `weight` by an adaptive rule, or by that of SGD where there are no second moments.
 * @param toFirst as in `update`
 * @param toSecond as in `update`
 */
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
 * One step of the optimiser.
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
      let low0 = f32x4.splat(0);
      let high0 = f32x4.splat(0);
      let low1 = f32x4.splat(0);
      let high1 = f32x4.splat(0);
      let low2 = f32x4.splat(0);
      let high2 = f32x4.splat(0);
      let low3 = f32x4.splat(0);
      let high3 = f32x4.splat(0);
      let low4 = f32x4.splat(0);
      let high4 = f32x4.splat(0);
      let low5 = f32x4.splat(0);
      let high5 = f32x4.splat(0);
      for (let g = gradients, end = gradients + gradientBytes; g < end; g += PANEL * 4) {
        const gLow = v128.load(g);
        const gHigh = v128.load(g, 16);
        let s = v128.load32_splat(x);
        low0 = madd(gLow, s, low0);
        high0 = madd(gHigh, s, high0);
        s = v128.load32_splat(x, 4);
        low1 = madd(gLow, s, low1);
        high1 = madd(gHigh, s, high1);
        s = v128.load32_splat(x, 8);
        low2 = madd(gLow, s, low2);
        high2 = madd(gHigh, s, high2);
        s = v128.load32_splat(x, 12);
        low3 = madd(gLow, s, low3);
        high3 = madd(gHigh, s, high3);
        s = v128.load32_splat(x, 16);
        low4 = madd(gLow, s, low4);
        high4 = madd(gHigh, s, high4);
        s = v128.load32_splat(x, 20);
        low5 = madd(gLow, s, low5);
        high5 = madd(gHigh, s, high5);
        x += BLOCK * 4;
      }
      v128.store(tile, low0);
      v128.store(tile, high0, 16);
      v128.store(tile, low1, 32);
      v128.store(tile, high1, 48);
      v128.store(tile, low2, 64);
      v128.store(tile, high2, 80);
      v128.store(tile, low3, 96);
      v128.store(tile, high3, 112);
      v128.store(tile, low4, 128);
      v128.store(tile, high4, 144);
      v128.store(tile, low5, 160);
      v128.store(tile, high5, 176);
      for (let at: usize = 0; at < <usize>TILE_BYTES; at += 16) {
        move(weights + at, toFirst, toSecond, v128.load(tile + at), optimizer);
      }
      weights += TILE_BYTES;
    }
    gradients += gradientBytes;
  }
}
