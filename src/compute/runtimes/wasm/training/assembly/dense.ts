/** A dense layer forward, and its gradient for its inputs. Rows are the examples of a pass. */
import { madd, multiplyTile } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';

/** Inputs and rows of a tile of `denseBackward`: with what they are made of, their sums fill the registers. */
const INPUT_TILE = 4;
const ROW_TILE = 3;

/**
 * Transposes into blocks: `to[block][i][j] = from[(block · BLOCK + j) · across + i · along]`, and zero where there is
 * nothing.
 * @param across bytes between the values that come to lie side by side
 * @param lanes how many of those there are
 * @param along bytes between the values that come to lie one after the other
 * @param count how many of those there are
 * @param blocks written
 * @param length of a block, at least `count`
 */
export function pack(
  from: usize,
  across: usize,
  lanes: i32,
  along: usize,
  count: i32,
  blocks: i32,
  length: i32,
  to: usize,
): void {
  for (let block = 0; block < blocks; block++) {
    const there = lanes - block * BLOCK;
    let source = from + <usize>(block * BLOCK) * across;
    for (let i = 0; i < count; i++) {
      let lane = source;
      if (there >= BLOCK) {
        for (let j = 0; j < BLOCK; j++) {
          store<f32>(to, load<f32>(lane));
          lane += across;
          to += 4;
        }
      } else {
        for (let j = 0; j < BLOCK; j++) {
          store<f32>(to, j < there ? load<f32>(lane) : 0);
          lane += across;
          to += 4;
        }
      }
      source += along;
    }
    const rest = <usize>((length - count) * BLOCK * 4);
    memory.fill(to, 0, rest);
    to += rest;
  }
}

/**
 * Lines into panels, the last one filled up with zeros: `to[panel][row][lane] = from[row][panel · PANEL + lane]`.
 * @param width numbers of a line, which lie side by side
 */
export function packPanels(from: usize, width: i32, rows: i32, to: usize): void {
  for (let first = 0; first < width; first += PANEL) {
    const count = min(PANEL, width - first);
    let source = from + <usize>(first * 4);
    for (let row = 0; row < rows; row++) {
      for (let lane = 0; lane < PANEL; lane++) {
        store<f32>(to, lane < count ? load<f32>(source + <usize>(lane * 4)) : 0);
        to += 4;
      }
      source += <usize>(width * 4);
    }
  }
}

/**
 * `out = min(highest, max(lowest, bias + rows · weights))`.
 * @param rows packed, `[blocks, inputs, BLOCK]`
 * @param weights `[panels, inputs, PANEL]`
 * @param biases `[panels, PANEL]`
 * @param out `[blocks · BLOCK, panels · PANEL]`
 */
export function dense(
  rows: usize,
  blocks: i32,
  inputs: i32,
  weights: usize,
  biases: usize,
  panels: i32,
  lowest: f32,
  highest: f32,
  out: usize,
): void {
  const floor = f32x4.splat(lowest);
  const ceiling = f32x4.splat(highest);
  const stride = <usize>(panels * PANEL * 4);
  const panelBytes = <usize>(inputs * PANEL * 4);
  const blockBytes = <usize>(inputs * BLOCK * 4);
  for (let panel = 0; panel < panels; panel++) {
    const biasLow = v128.load(biases);
    const biasHigh = v128.load(biases, 16);
    let x = rows;
    let to = out + <usize>(panel * PANEL * 4);
    for (let block = 0; block < blocks; block++) {
      multiplyTile(x, weights, weights + panelBytes, biasLow, biasHigh, to, stride, true, floor, ceiling);
      x += blockBytes;
      to += BLOCK * stride;
    }
    weights += panelBytes;
    biases += PANEL * 4;
  }
}

/** The sums of the lanes of each. */
// @inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** @param count how many of the four there are */
// @inline
function put(sums: v128, to: usize, count: i32, adds: i32): void {
  if (count === INPUT_TILE) {
    v128.store(to, adds ? f32x4.add(v128.load(to), sums) : sums);
    return;
  }
  let rest = sums;
  for (let i = 0; i < count; i++) {
    const one = f32x4.extract_lane(rest, 0);
    store<f32>(to, adds ? load<f32>(to) + one : one);
    rest = v128.shuffle<f32>(rest, rest, 1, 2, 3, 0);
    to += 4;
  }
}

/**
 * The gradient of a layer's inputs.
 * @param gradients of its outputs, `[panels, rows, PANEL]`
 * @param weights `[panels, paddedInputs, PANEL]`
 * @param paddedInputs a multiple of `INPUT_TILE`
 * @param out `[rows, inputs]`
 * @param adds whether to what is there
 */
export function denseBackward(
  gradients: usize,
  rows: i32,
  panels: i32,
  weights: usize,
  paddedInputs: i32,
  inputs: i32,
  out: usize,
  adds: i32,
): void {
  const gradientStep = <usize>(rows * PANEL * 4);
  const weightStep = <usize>(paddedInputs * PANEL * 4);
  const line = <usize>(inputs * 4);
  for (let input = 0; input < inputs; input += INPUT_TILE) {
    const first = weights + <usize>(input * PANEL * 4);
    const count = min(INPUT_TILE, inputs - input);
    for (let row = 0; row < rows; row += ROW_TILE) {
      const there = rows - row;
      let w = first;
      let g0 = gradients + <usize>(row * PANEL * 4);
      // Where there are fewer rows, one is computed again.
      let g1 = there > 1 ? g0 + PANEL * 4 : g0;
      let g2 = there > 2 ? g1 + PANEL * 4 : g1;
      let a0 = f32x4.splat(0);
      let b0 = a0;
      let c0 = a0;
      let d0 = a0;
      let a1 = a0;
      let b1 = a0;
      let c1 = a0;
      let d1 = a0;
      let a2 = a0;
      let b2 = a0;
      let c2 = a0;
      let d2 = a0;
      for (let half = 0; half < panels * 2; half++) {
        const r0 = v128.load(g0);
        const r1 = v128.load(g1);
        const r2 = v128.load(g2);
        let v = v128.load(w);
        a0 = madd(v, r0, a0);
        a1 = madd(v, r1, a1);
        a2 = madd(v, r2, a2);
        v = v128.load(w, PANEL * 4);
        b0 = madd(v, r0, b0);
        b1 = madd(v, r1, b1);
        b2 = madd(v, r2, b2);
        v = v128.load(w, 2 * PANEL * 4);
        c0 = madd(v, r0, c0);
        c1 = madd(v, r1, c1);
        c2 = madd(v, r2, c2);
        v = v128.load(w, 3 * PANEL * 4);
        d0 = madd(v, r0, d0);
        d1 = madd(v, r1, d1);
        d2 = madd(v, r2, d2);
        // From the first half of a panel's lanes to the second, and from there to the next panel.
        const isSecond = half & 1;
        const step = isSecond ? gradientStep - 16 : <usize>16;
        w += isSecond ? weightStep - 16 : <usize>16;
        g0 += step;
        g1 += step;
        g2 += step;
      }
      const to = out + <usize>row * line + <usize>(input * 4);
      put(sumsOf(a0, b0, c0, d0), to, count, adds);
      if (there > 1) put(sumsOf(a1, b1, c1, d1), to + line, count, adds);
      if (there > 2) put(sumsOf(a2, b2, c2, d2), to + 2 * line, count, adds);
    }
  }
}
