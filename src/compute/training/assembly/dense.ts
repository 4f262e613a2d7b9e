/** A dense layer forward, and its gradient for its inputs. Rows are the examples of a batch. */
import { madd } from '../../trunk/assembly/finish';
import { BLOCK, PANEL } from './layout';

/**
 * Transposes into blocks: `to[block][i][j] = from[(block · BLOCK + j) · across + i · along]`.
 * @param across bytes between the values that come to lie side by side
 * @param along bytes between the values that come to lie one after the other
 * @param length values one after the other
 */
export function pack(from: usize, across: usize, along: usize, blocks: i32, length: i32, to: usize): void {
  for (let block = 0; block < blocks; block++) {
    let source = from + <usize>(block * BLOCK) * across;
    for (let i = 0; i < length; i++) {
      let lane = source;
      for (let j = 0; j < BLOCK; j++) {
        store<f32>(to, load<f32>(lane));
        lane += across;
        to += 4;
      }
      source += along;
    }
  }
}

/**
 * `out = max(lowest, bias + rows · weights)`.
 * @param rows packed, `[blocks, inputs, BLOCK]`
 * @param weights `[panels, inputs, PANEL]`
 * @param biases `[panels, BLOCK, PANEL]`, of which the first of each block counts
 * @param lowest 0 with ReLU, −∞ without
 * @param out `[blocks · BLOCK, stride]`
 * @param stride bytes
 */
export function dense(
  rows: usize,
  blocks: i32,
  inputs: i32,
  weights: usize,
  biases: usize,
  panels: i32,
  lowest: f32,
  out: usize,
  stride: usize,
): void {
  const floor = f32x4.splat(lowest);
  const panelBytes = <usize>(inputs * PANEL * 4);
  for (let panel = 0; panel < panels; panel++) {
    const biasLow = v128.load(biases);
    const biasHigh = v128.load(biases, 16);
    let x = rows;
    let to = out + <usize>(panel * PANEL * 4);
    for (let block = 0; block < blocks; block++) {
      let low0 = biasLow;
      let high0 = biasHigh;
      let low1 = biasLow;
      let high1 = biasHigh;
      let low2 = biasLow;
      let high2 = biasHigh;
      let low3 = biasLow;
      let high3 = biasHigh;
      let low4 = biasLow;
      let high4 = biasHigh;
      let low5 = biasLow;
      let high5 = biasHigh;
      for (let w = weights, end = weights + panelBytes; w < end; w += 32) {
        const wLow = v128.load(w);
        const wHigh = v128.load(w, 16);
        let s = v128.load32_splat(x);
        low0 = madd(wLow, s, low0);
        high0 = madd(wHigh, s, high0);
        s = v128.load32_splat(x, 4);
        low1 = madd(wLow, s, low1);
        high1 = madd(wHigh, s, high1);
        s = v128.load32_splat(x, 8);
        low2 = madd(wLow, s, low2);
        high2 = madd(wHigh, s, high2);
        s = v128.load32_splat(x, 12);
        low3 = madd(wLow, s, low3);
        high3 = madd(wHigh, s, high3);
        s = v128.load32_splat(x, 16);
        low4 = madd(wLow, s, low4);
        high4 = madd(wHigh, s, high4);
        s = v128.load32_splat(x, 20);
        low5 = madd(wLow, s, low5);
        high5 = madd(wHigh, s, high5);
        x += 24;
      }
      v128.store(to, f32x4.pmax(low0, floor));
      v128.store(to, f32x4.pmax(high0, floor), 16);
      to += stride;
      v128.store(to, f32x4.pmax(low1, floor));
      v128.store(to, f32x4.pmax(high1, floor), 16);
      to += stride;
      v128.store(to, f32x4.pmax(low2, floor));
      v128.store(to, f32x4.pmax(high2, floor), 16);
      to += stride;
      v128.store(to, f32x4.pmax(low3, floor));
      v128.store(to, f32x4.pmax(high3, floor), 16);
      to += stride;
      v128.store(to, f32x4.pmax(low4, floor));
      v128.store(to, f32x4.pmax(high4, floor), 16);
      to += stride;
      v128.store(to, f32x4.pmax(low5, floor));
      v128.store(to, f32x4.pmax(high5, floor), 16);
      to += stride;
    }
    weights += panelBytes;
    biases += BLOCK * PANEL * 4;
  }
}

function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/**
 * The gradient of a layer's inputs, where those came out of a ReLU and perhaps a dropout: zero where either left
 * nothing.
 * @param gradients of its outputs, `[panels, rowCount, PANEL]`
 * @param weights `[panels, inputs, PANEL]`
 * @param values its inputs, `[rowCount, stride]`
 * @param stride bytes
 * @param scale what dropout multiplied the inputs by that it kept
 * @param out `[inputs / PANEL, rowCount, PANEL]`; `inputs` is a multiple of both block sizes
 */
export function inputGradient(
  gradients: usize,
  rowCount: i32,
  panels: i32,
  weights: usize,
  inputs: i32,
  values: usize,
  stride: usize,
  scale: f32,
  out: usize,
): void {
  const gradientStep = <usize>(rowCount * PANEL * 4);
  const weightStep = <usize>(inputs * PANEL * 4);
  for (let input = 0; input < inputs; input++) {
    const first = weights + <usize>(input * PANEL * 4);
    let value = values + <usize>(input * 4);
    let to = out + <usize>(((input / PANEL) * rowCount * PANEL + (input % PANEL)) * 4);
    let row = gradients;
    for (let r = 0; r < rowCount; r++) {
      let result: f32 = 0;
      if (load<f32>(value) > 0) {
        let low = f32x4.splat(0);
        let high = f32x4.splat(0);
        let w = first;
        let g = row;
        for (let panel = 0; panel < panels; panel++) {
          low = madd(v128.load(w), v128.load(g), low);
          high = madd(v128.load(w, 16), v128.load(g, 16), high);
          w += weightStep;
          g += gradientStep;
        }
        result = scale * sumOf(f32x4.add(low, high));
      }
      store<f32>(to, result);
      value += stride;
      to += PANEL * 4;
      row += PANEL * 4;
    }
  }
}
