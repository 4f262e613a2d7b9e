/** The gradient of a block of inputs and a panel of units: as much of it as the registers hold. */
import { madd } from '../../trunk/assembly/finish';
import { BLOCK, PANEL } from './layout';

/**
 * @param x inputs, `[rowCount, BLOCK]`
 * @param gradients of the outputs, `[rowCount, PANEL]`
 * @param tile written, `[BLOCK, PANEL]`
 */
// @inline
export function gradientTile(x: usize, rowCount: i32, gradients: usize, tile: usize): void {
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
  for (let g = gradients, end = gradients + <usize>(rowCount * PANEL * 4); g < end; g += PANEL * 4) {
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
}
