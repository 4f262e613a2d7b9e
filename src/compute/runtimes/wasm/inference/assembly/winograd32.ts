/**
 * Convolution 3×3 in float32 with 4 products where the direct one has 9.
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, section 4.1, F(2×2, 3×3).
 */
import { BLOCK, PANEL } from '../../assembly/tileShape';
import { storeInputLine } from '../../assembly/winogradInput';
import { POSITIONS, TILE_PIXELS } from '../../assembly/winogradShape';
import { conv32 } from './conv32';
import { BIASES, INPUT, OUT, PANELS, PLACE_BYTES, PLACES, WEIGHTS } from './convStep';
import { finish } from './finish';
import {
  CHANNEL_BYTES,
  CHUNK_TILES,
  PIXEL_STEP,
  POSITION_WEIGHTS,
  POSITION_WEIGHTS_STEP,
  PRODUCT_STEP,
  PRODUCTS,
  PRODUCTS_STEP,
  PRODUCTS_TILE_STEP,
  ROW_STEP,
  TILES,
  TRANSFORMED,
  TRANSFORMED_STEP,
  TRANSFORMED_TILE_STEP,
} from './winogradStep';

/** `Bᵀ d B` of one tile of 4×4 pixels `d`, four channels at a time. */
function transformInput(step: usize, from: usize, to: usize): void {
  const pixelStep = <usize>load<u32>(step, PIXEL_STEP);
  const rowStep = <usize>load<u32>(step, ROW_STEP);
  const positionStep = <usize>load<u32>(step, TRANSFORMED_STEP);
  const lineStep = 4 * positionStep;
  for (const end = from + load<u32>(step, CHANNEL_BYTES); from < end; from += 16) {
    let row = from + rowStep;
    const b0 = v128.load(row);
    const b1 = v128.load(row + pixelStep);
    const b2 = v128.load(row + 2 * pixelStep);
    const b3 = v128.load(row + 3 * pixelStep);
    row += rowStep;
    const c0 = v128.load(row);
    const c1 = v128.load(row + pixelStep);
    const c2 = v128.load(row + 2 * pixelStep);
    const c3 = v128.load(row + 3 * pixelStep);
    storeInputLine(
      to,
      positionStep,
      f32x4.sub(v128.load(from), c0),
      f32x4.sub(v128.load(from + pixelStep), c1),
      f32x4.sub(v128.load(from + 2 * pixelStep), c2),
      f32x4.sub(v128.load(from + 3 * pixelStep), c3),
    );
    storeInputLine(
      to + lineStep,
      positionStep,
      f32x4.add(b0, c0),
      f32x4.add(b1, c1),
      f32x4.add(b2, c2),
      f32x4.add(b3, c3),
    );
    storeInputLine(
      to + 2 * lineStep,
      positionStep,
      f32x4.sub(c0, b0),
      f32x4.sub(c1, b1),
      f32x4.sub(c2, b2),
      f32x4.sub(c3, b3),
    );
    row += rowStep;
    storeInputLine(
      to + 3 * lineStep,
      positionStep,
      f32x4.sub(b0, v128.load(row)),
      f32x4.sub(b1, v128.load(row + pixelStep)),
      f32x4.sub(b2, v128.load(row + 2 * pixelStep)),
      f32x4.sub(b3, v128.load(row + 3 * pixelStep)),
    );
    to += 16;
  }
}

/** The upper line of `Aᵀ m`, of one column. */
function upper(m: usize, lineStep: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(m), v128.load(m + lineStep)), v128.load(m + 2 * lineStep));
}

/** The lower line. */
function lower(m: usize, lineStep: usize): v128 {
  return f32x4.sub(
    f32x4.sub(v128.load(m + lineStep), v128.load(m + 2 * lineStep)),
    v128.load(m + 3 * lineStep),
  );
}

function left(x0: v128, x1: v128, x2: v128, bias: v128): v128 {
  return f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, bias));
}

function right(x1: v128, x2: v128, x3: v128, bias: v128): v128 {
  return f32x4.add(f32x4.sub(x1, x2), f32x4.sub(bias, x3));
}

/** `Aᵀ m A` of one tile's products `m`, and what follows a convolution, eight channels at a time. */
function transformProducts(step: usize, m: usize, place: usize): void {
  const positionStep = <usize>load<u32>(step, PRODUCTS_STEP);
  const lineStep = 4 * positionStep;
  const panels = load<i32>(step, PANELS);
  let bias = <usize>load<u32>(step, BIASES);
  for (let panel = 0; panel < panels; panel++) {
    const channel = <usize>(panel * PANEL);
    const biasLow = v128.load(bias);
    const biasHigh = v128.load(bias, 16);
    let x0 = upper(m, lineStep);
    let x1 = upper(m + positionStep, lineStep);
    let x2 = upper(m + 2 * positionStep, lineStep);
    let x3 = upper(m + 3 * positionStep, lineStep);
    const low0 = left(x0, x1, x2, biasLow);
    const low1 = right(x1, x2, x3, biasLow);
    x0 = upper(m + 16, lineStep);
    x1 = upper(m + 16 + positionStep, lineStep);
    x2 = upper(m + 16 + 2 * positionStep, lineStep);
    x3 = upper(m + 16 + 3 * positionStep, lineStep);
    finish(step, place, channel, low0, left(x0, x1, x2, biasHigh));
    finish(step, place + PLACE_BYTES, channel, low1, right(x1, x2, x3, biasHigh));
    x0 = lower(m, lineStep);
    x1 = lower(m + positionStep, lineStep);
    x2 = lower(m + 2 * positionStep, lineStep);
    x3 = lower(m + 3 * positionStep, lineStep);
    const low2 = left(x0, x1, x2, biasLow);
    const low3 = right(x1, x2, x3, biasLow);
    x0 = lower(m + 16, lineStep);
    x1 = lower(m + 16 + positionStep, lineStep);
    x2 = lower(m + 16 + 2 * positionStep, lineStep);
    x3 = lower(m + 16 + 3 * positionStep, lineStep);
    finish(step, place + 2 * PLACE_BYTES, channel, low2, left(x0, x1, x2, biasHigh));
    finish(step, place + 3 * PLACE_BYTES, channel, low3, right(x1, x2, x3, biasHigh));
    m += PANEL << 2;
    bias += PANEL << 2;
  }
}

/**
 * Products of all tiles of a chunk with the kernel, position after position, and each time but one block of tiles:
 * a position's weights are then read from end to end, which the processor foresees.
 */
function multiply(step: usize, tiles: i32): void {
  const product = step + PRODUCT_STEP;
  const inputStep = BLOCK * load<u32>(step, TRANSFORMED_TILE_STEP);
  const outStep = BLOCK * load<u32>(step, PRODUCTS_TILE_STEP);
  for (let position = 0; position < POSITIONS; position++) {
    const weights = load<u32>(step, POSITION_WEIGHTS) + position * load<u32>(step, POSITION_WEIGHTS_STEP);
    let input = load<u32>(step, TRANSFORMED) + position * load<u32>(step, TRANSFORMED_STEP);
    let out = load<u32>(step, PRODUCTS) + position * load<u32>(step, PRODUCTS_STEP);
    store<u32>(product, weights, WEIGHTS);
    for (let tile = 0; tile < tiles; tile += BLOCK) {
      store<u32>(product, input, INPUT);
      store<u32>(product, out, OUT);
      conv32(product);
      input += inputStep;
      out += outStep;
    }
  }
}

/** One convolution, from the record at `step`; chunk by chunk, so that all between its parts stays in the cache. */
export function winograd32(step: usize): void {
  const input = <usize>load<u32>(step, INPUT);
  const tiles = load<i32>(step, TILES);
  const chunkTiles = load<i32>(step, CHUNK_TILES);
  let places = <usize>load<u32>(step, PLACES);
  for (let first = 0; first < tiles; first += chunkTiles) {
    const count = min<i32>(chunkTiles, tiles - first);
    let place = places;
    let tile = <usize>load<u32>(step, TRANSFORMED);
    for (let i = 0; i < count; i++) {
      transformInput(step, input + load<u32>(place), tile);
      place += TILE_PIXELS * PLACE_BYTES;
      tile += load<u32>(step, TRANSFORMED_TILE_STEP);
    }
    multiply(step, count);
    tile = <usize>load<u32>(step, PRODUCTS);
    for (let i = 0; i < count; i++) {
      transformProducts(step, tile, places);
      places += TILE_PIXELS * PLACE_BYTES;
      tile += load<u32>(step, PRODUCTS_TILE_STEP);
    }
  }
}
