/** A dense layer forward, and its gradient for its inputs. Rows are the examples of a batch. */
import { madd, multiplyTile } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';

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
  const ceiling = f32x4.splat(f32.POSITIVE_INFINITY);
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
