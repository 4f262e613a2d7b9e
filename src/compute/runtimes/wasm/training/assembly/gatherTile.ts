/** The tile of products whose second factor lies in pieces; and where the pixels under a window are. */
import { madd } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';
import {
  GRID_HEIGHT,
  GRID_WIDTH,
  HEIGHT,
  MAP,
  PIXEL,
  SPOTS,
  STRIDE_X,
  STRIDE_Y,
  TAP_BYTES,
  WIDTH,
  ZEROS,
} from './productRecord';

/** Bytes of one place in the table of `locate`: address of its picture, line, column. */
export const SPOT_BYTES: usize = 12;
/** The line of places that only fill a block up: outside of every map. */
const NOWHERE: i32 = -0x100000;

// @inline
export function field(record: usize, at: usize): i32 {
  return load<i32>(record + at);
}

/** Fills the table of places, `count` of them from `first` on, and up to `filled` with such as are nowhere. */
export function locate(record: usize, first: i32, count: i32, filled: i32): void {
  const gridHeight = field(record, GRID_HEIGHT);
  const gridWidth = field(record, GRID_WIDTH);
  const strideY = field(record, STRIDE_Y);
  const strideX = field(record, STRIDE_X);
  const pictureBytes = field(record, HEIGHT) * field(record, WIDTH) * field(record, PIXEL);
  let column = first % gridWidth;
  const lines = first / gridWidth;
  let line = lines % gridHeight;
  let picture = <usize>field(record, MAP) + <usize>(lines / gridHeight) * <usize>pictureBytes;
  let to = <usize>field(record, SPOTS);
  for (let i = 0; i < filled; i++) {
    store<u32>(to, <u32>picture);
    store<i32>(to, i < count ? line * strideY : NOWHERE, 4);
    store<i32>(to, column * strideX, 8);
    to += SPOT_BYTES;
    column++;
    if (column === gridWidth) {
      column = 0;
      line++;
      if (line === gridHeight) {
        line = 0;
        picture += <usize>pictureBytes;
      }
    }
  }
}

/** Address of the pixel that lies `down` and `across` from the place; that of zeros outside of the map. */
// @inline
export function pixelAt(record: usize, spot: usize, down: i32, across: i32): usize {
  const y = load<i32>(spot, 4) + down;
  const x = load<i32>(spot, 8) + across;
  const width = field(record, WIDTH);
  if (<u32>y >= <u32>field(record, HEIGHT) || <u32>x >= <u32>width) return <usize>field(record, ZEROS);
  return <usize>load<u32>(spot) + <usize>((y * width + x) * field(record, PIXEL));
}

/**
 * `out[r][c] = start + Σᵢ rows[i][r] · columns[i][c]`, within bounds if asked for.
 * @param rows `[pieces · inner, BLOCK]`
 * @param columns `[inner, PANEL]` for each piece: their address, but for the bytes that its tap tells
 * @param tap of the record, that of the first piece; 0: there is one piece, at `columns`
 * @param pieceBytes of the columns of one piece
 * @param out `[BLOCK, stride]`
 * @param start address of a line that all sums begin with; 0: they begin with what is there
 * @param isBounded whether this is the last part of the sums
 */
export function gatherTile(
  rows: usize,
  columns: usize,
  tap: usize,
  pieces: i32,
  pieceBytes: usize,
  out: usize,
  stride: usize,
  start: usize,
  isBounded: bool,
  lowest: v128,
  highest: v128,
): void {
  const line0 = out;
  const line1 = line0 + stride;
  const line2 = line1 + stride;
  const line3 = line2 + stride;
  const line4 = line3 + stride;
  const line5 = line4 + stride;
  let low0 = v128.load(start ? start : line0);
  let high0 = v128.load(start ? start : line0, 16);
  let low1 = v128.load(start ? start : line1);
  let high1 = v128.load(start ? start : line1, 16);
  let low2 = v128.load(start ? start : line2);
  let high2 = v128.load(start ? start : line2, 16);
  let low3 = v128.load(start ? start : line3);
  let high3 = v128.load(start ? start : line3, 16);
  let low4 = v128.load(start ? start : line4);
  let high4 = v128.load(start ? start : line4, 16);
  let low5 = v128.load(start ? start : line5);
  let high5 = v128.load(start ? start : line5, 16);
  let x = rows;
  for (let piece = 0; piece < pieces; piece++) {
    let c = tap ? columns + <usize>load<i32>(tap + <usize>piece * TAP_BYTES, 8) : columns;
    for (const end = c + pieceBytes; c < end; c += PANEL * 4) {
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
  }
  if (isBounded) {
    low0 = f32x4.pmin(f32x4.pmax(low0, lowest), highest);
    high0 = f32x4.pmin(f32x4.pmax(high0, lowest), highest);
    low1 = f32x4.pmin(f32x4.pmax(low1, lowest), highest);
    high1 = f32x4.pmin(f32x4.pmax(high1, lowest), highest);
    low2 = f32x4.pmin(f32x4.pmax(low2, lowest), highest);
    high2 = f32x4.pmin(f32x4.pmax(high2, lowest), highest);
    low3 = f32x4.pmin(f32x4.pmax(low3, lowest), highest);
    high3 = f32x4.pmin(f32x4.pmax(high3, lowest), highest);
    low4 = f32x4.pmin(f32x4.pmax(low4, lowest), highest);
    high4 = f32x4.pmin(f32x4.pmax(high4, lowest), highest);
    low5 = f32x4.pmin(f32x4.pmax(low5, lowest), highest);
    high5 = f32x4.pmin(f32x4.pmax(high5, lowest), highest);
  }
  v128.store(line0, low0);
  v128.store(line0, high0, 16);
  v128.store(line1, low1);
  v128.store(line1, high1, 16);
  v128.store(line2, low2);
  v128.store(line2, high2, 16);
  v128.store(line3, low3);
  v128.store(line3, high3, 16);
  v128.store(line4, low4);
  v128.store(line4, high4, 16);
  v128.store(line5, low5);
  v128.store(line5, high5, 16);
}
