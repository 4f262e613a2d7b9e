/**
 * Winograd's products, position by position: of transformed tiles with weights, and of both with each other's gradients.
 * They are written out beside `multiplyTile`, since their rows lie in another layout: in panels, a whole line apart from each
 * other, as the transforms write them.
 */
import { madd } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';
import { POSITIONS } from '../../assembly/winogradShape';
import { POSITION_GAP } from './tileRecord';

const LINE: usize = PANEL * 4;
/** Rows of the tile that gradients of weights are summed up in: a whole panel, half by half. */
const HALF: i32 = 4;

/**
 * `out[r][c] = Σᵢ rows[r][i] · columns[i][c]` of a block of tiles.
 * @param rows `[panels, …, BLOCK, PANEL]`: `panelBytes` from one panel of what is summed over to the next
 * @param columns `[panels · PANEL, PANEL]`
 * @param out `[BLOCK, PANEL]`
 */
function multiplyBlock(rows: usize, panelBytes: usize, panels: i32, columns: usize, out: usize): void {
  let low0 = f32x4.splat(0);
  let high0 = low0;
  let low1 = low0;
  let high1 = low0;
  let low2 = low0;
  let high2 = low0;
  let low3 = low0;
  let high3 = low0;
  let low4 = low0;
  let high4 = low0;
  let low5 = low0;
  let high5 = low0;
  let c = columns;
  for (let panel = 0; panel < panels; panel++) {
    let x = rows;
    for (const end = x + LINE; x < end; x += 4) {
      const cLow = v128.load(c);
      const cHigh = v128.load(c, 16);
      let s = v128.load32_splat(x);
      low0 = madd(cLow, s, low0);
      high0 = madd(cHigh, s, high0);
      s = v128.load32_splat(x, 32);
      low1 = madd(cLow, s, low1);
      high1 = madd(cHigh, s, high1);
      s = v128.load32_splat(x, 64);
      low2 = madd(cLow, s, low2);
      high2 = madd(cHigh, s, high2);
      s = v128.load32_splat(x, 96);
      low3 = madd(cLow, s, low3);
      high3 = madd(cHigh, s, high3);
      s = v128.load32_splat(x, 128);
      low4 = madd(cLow, s, low4);
      high4 = madd(cHigh, s, high4);
      s = v128.load32_splat(x, 160);
      low5 = madd(cLow, s, low5);
      high5 = madd(cHigh, s, high5);
      c += LINE;
    }
    rows += panelBytes;
  }
  v128.store(out, low0);
  v128.store(out, high0, 16);
  v128.store(out, low1, 32);
  v128.store(out, high1, 48);
  v128.store(out, low2, 64);
  v128.store(out, high2, 80);
  v128.store(out, low3, 96);
  v128.store(out, high3, 112);
  v128.store(out, low4, 128);
  v128.store(out, high4, 144);
  v128.store(out, low5, 160);
  v128.store(out, high5, 176);
}

/**
 * `[POSITIONS, panels, tiles, PANEL]` times `[POSITIONS, outPanels, panels · PANEL, PANEL]`, to
 * `[POSITIONS, outPanels, tiles, PANEL]`.
 * @param tiles a multiple of `BLOCK`
 */
export function multiplyTiles(
  rows: usize,
  tiles: i32,
  panels: i32,
  columns: usize,
  outPanels: i32,
  out: usize,
): void {
  const panelBytes = <usize>tiles * LINE;
  const columnBytes = <usize>panels * PANEL * LINE;
  for (let position = 0; position < POSITIONS; position++) {
    for (let panel = 0; panel < outPanels; panel++) {
      let x = rows;
      for (const end = x + panelBytes; x < end; x += BLOCK * LINE) {
        multiplyBlock(x, panelBytes, panels, columns, out);
        out += BLOCK * LINE;
      }
      columns += columnBytes;
    }
    rows += <usize>panels * panelBytes + POSITION_GAP;
    columns += POSITION_GAP;
    out += POSITION_GAP;
  }
}

/** Adds `Σₜ rows[t][r] · columns[t][c]` to `out[r][c]`, for `HALF` rows. @param rows, columns `[tiles, PANEL]` */
function addHalf(rows: usize, columns: usize, tiles: i32, out: usize): void {
  let low0 = v128.load(out);
  let high0 = v128.load(out, 16);
  let low1 = v128.load(out, 32);
  let high1 = v128.load(out, 48);
  let low2 = v128.load(out, 64);
  let high2 = v128.load(out, 80);
  let low3 = v128.load(out, 96);
  let high3 = v128.load(out, 112);
  for (const end = columns + <usize>tiles * LINE; columns < end; columns += LINE) {
    const cLow = v128.load(columns);
    const cHigh = v128.load(columns, 16);
    let s = v128.load32_splat(rows);
    low0 = madd(cLow, s, low0);
    high0 = madd(cHigh, s, high0);
    s = v128.load32_splat(rows, 4);
    low1 = madd(cLow, s, low1);
    high1 = madd(cHigh, s, high1);
    s = v128.load32_splat(rows, 8);
    low2 = madd(cLow, s, low2);
    high2 = madd(cHigh, s, high2);
    s = v128.load32_splat(rows, 12);
    low3 = madd(cLow, s, low3);
    high3 = madd(cHigh, s, high3);
    rows += LINE;
  }
  v128.store(out, low0);
  v128.store(out, high0, 16);
  v128.store(out, low1, 32);
  v128.store(out, high1, 48);
  v128.store(out, low2, 64);
  v128.store(out, high2, 80);
  v128.store(out, low3, 96);
  v128.store(out, high3, 112);
}

/**
 * Adds to `[POSITIONS, panels, rowPanels · PANEL, PANEL]` the sums over tiles of
 * `[POSITIONS, rowPanels, tiles, PANEL]` times `[POSITIONS, panels, tiles, PANEL]`.
 */
export function addTileProducts(
  rows: usize,
  rowPanels: i32,
  columns: usize,
  panels: i32,
  tiles: i32,
  out: usize,
): void {
  const panelBytes = <usize>tiles * LINE;
  for (let position = 0; position < POSITIONS; position++) {
    for (let panel = 0; panel < panels; panel++) {
      let x = rows;
      for (let row = 0; row < rowPanels; row++) {
        addHalf(x, columns, tiles, out);
        addHalf(x + 16, columns, tiles, out + HALF * LINE);
        out += PANEL * LINE;
        x += panelBytes;
      }
      columns += panelBytes;
    }
    rows += <usize>rowPanels * panelBytes + POSITION_GAP;
    columns += POSITION_GAP;
    out += POSITION_GAP;
  }
}
