/** Products of patches and kernels for convolutions that train. All lie in the memory of TensorFlow.js, as it has them. */
import { multiplyTile } from '../../assembly/tile';
import { BLOCK, PANEL } from '../../assembly/tileShape';

// The window that slides over a map `[pictures, height, width, channels]`.
let height: i32 = 0;
let width: i32 = 0;
let channels: i32 = 0;
let outHeight: i32 = 0;
let outWidth: i32 = 0;
let windowHeight: i32 = 0;
let windowWidth: i32 = 0;
let strideY: i32 = 0;
let strideX: i32 = 0;
let top: i32 = 0;
let left: i32 = 0;

/** For the calls of `packPatches` and `packPatchesAcross` that follow. */
export function setWindow(
  newHeight: i32,
  newWidth: i32,
  newChannels: i32,
  newOutHeight: i32,
  newOutWidth: i32,
  newWindowHeight: i32,
  newWindowWidth: i32,
  newStrideY: i32,
  newStrideX: i32,
  newTop: i32,
  newLeft: i32,
): void {
  height = newHeight;
  width = newWidth;
  channels = newChannels;
  outHeight = newOutHeight;
  outWidth = newOutWidth;
  windowHeight = newWindowHeight;
  windowWidth = newWindowWidth;
  strideY = newStrideY;
  strideX = newStrideX;
  top = newTop;
  left = newLeft;
}

/** Address of the pixel under a tap; that of zeros in the padding and behind the last place. */
function pixel(map: usize, zeros: usize, place: i32, places: i32, tapY: i32, tapX: i32): usize {
  if (place >= places) return zeros;
  const line = place / outWidth;
  const y = (line % outHeight) * strideY + tapY - top;
  const x = (place % outWidth) * strideX + tapX - left;
  if (y < 0 || y >= height || x < 0 || x >= width) return zeros;
  return map + ((<usize>(((line / outHeight) * height + y) * width + x) * <usize>channels) << 2);
}

/**
 * Patches in blocks of places: `to[block][tap · channels + channel][place % BLOCK]`.
 * @param zeros address of as many zeros as there are channels
 * @param places of the window in all pictures
 */
export function packPatches(map: usize, zeros: usize, places: i32, to: usize): void {
  for (let first = 0; first < places; first += BLOCK) {
    for (let tapY = 0; tapY < windowHeight; tapY++) {
      for (let tapX = 0; tapX < windowWidth; tapX++) {
        let p0 = pixel(map, zeros, first, places, tapY, tapX);
        let p1 = pixel(map, zeros, first + 1, places, tapY, tapX);
        let p2 = pixel(map, zeros, first + 2, places, tapY, tapX);
        let p3 = pixel(map, zeros, first + 3, places, tapY, tapX);
        let p4 = pixel(map, zeros, first + 4, places, tapY, tapX);
        let p5 = pixel(map, zeros, first + 5, places, tapY, tapX);
        for (let channel = 0; channel < channels; channel++) {
          store<f32>(to, load<f32>(p0));
          store<f32>(to, load<f32>(p1), 4);
          store<f32>(to, load<f32>(p2), 8);
          store<f32>(to, load<f32>(p3), 12);
          store<f32>(to, load<f32>(p4), 16);
          store<f32>(to, load<f32>(p5), 20);
          p0 += 4;
          p1 += 4;
          p2 += 4;
          p3 += 4;
          p4 += 4;
          p5 += 4;
          to += BLOCK * 4;
        }
      }
    }
  }
}

/**
 * Patches in blocks of what they hold: `to[block][place][value % BLOCK]`, values being `tap · channels + channel`.
 * @param zeros as in `packPatches`
 */
export function packPatchesAcross(map: usize, zeros: usize, places: i32, to: usize): void {
  const blockBytes = <usize>places * BLOCK * 4;
  for (let place = 0; place < places; place++) {
    let block = to + <usize>place * BLOCK * 4;
    let lane = 0;
    for (let tapY = 0; tapY < windowHeight; tapY++) {
      for (let tapX = 0; tapX < windowWidth; tapX++) {
        let p = pixel(map, zeros, place, places, tapY, tapX);
        for (const end = p + ((<usize>channels) << 2); p < end; p += 4) {
          store<f32>(block + ((<usize>lane) << 2), load<f32>(p));
          lane++;
          if (lane === BLOCK) {
            lane = 0;
            block += blockBytes;
          }
        }
      }
    }
  }
}

/**
 * A matrix in panels of columns: `to[panel][i][j] = from[(panel · PANEL + j) · across + i · along]`, zero behind the last
 * column.
 * @param across bytes from column to column
 * @param along bytes from row to row
 * @param length rows
 * @param panelBytes from panel to panel of `to`
 */
export function packPanels(
  from: usize,
  across: usize,
  along: usize,
  columns: i32,
  length: i32,
  to: usize,
  panelBytes: usize,
): void {
  for (let first = 0; first < columns; first += PANEL) {
    const count = min(PANEL, columns - first);
    let source = from + <usize>first * across;
    let target = to;
    if (across === 4 && count === PANEL) {
      for (let i = 0; i < length; i++) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
        source += along;
        target += PANEL * 4;
      }
    } else {
      for (let i = 0; i < length; i++) {
        let value = source;
        for (let j = 0; j < PANEL; j++) {
          store<f32>(target + ((<usize>j) << 2), j < count ? load<f32>(value) : 0);
          value += across;
        }
        source += along;
        target += PANEL * 4;
      }
    }
    to += panelBytes;
  }
}

/**
 * `out = min(highest, max(lowest, rows · columns + bias))`.
 * @param a packed, `[blocks, inner, BLOCK]`
 * @param b packed, `[panels, inner, PANEL]`
 * @param bias packed, `[panels, PANEL]`
 * @param out `[rows, columns]`
 * @param tile room for a block of rows and a panel of columns
 */
export function product(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  lowest: f32,
  highest: f32,
  tile: usize,
): void {
  const floor = f32x4.splat(lowest);
  const ceiling = f32x4.splat(highest);
  const panelBytes = <usize>inner * PANEL * 4;
  const blockBytes = <usize>inner * BLOCK * 4;
  const outStride = (<usize>columns) << 2;
  for (let column = 0; column < columns; column += PANEL) {
    const biasLow = v128.load(bias);
    const biasHigh = v128.load(bias, 16);
    const end = b + panelBytes;
    const width = min(PANEL, columns - column);
    let x = a;
    for (let row = 0; row < rows; row += BLOCK) {
      const height = min(BLOCK, rows - row);
      const isWhole = width === PANEL && height === BLOCK;
      const target = out + <usize>row * outStride + ((<usize>column) << 2);
      const stride = isWhole ? outStride : PANEL * 4;
      const to = isWhole ? target : tile;
      multiplyTile(x, b, end, biasLow, biasHigh, to, stride, true, floor, ceiling);
      x += blockBytes;
      if (!isWhole) {
        for (let line = 0; line < height; line++) {
          memory.copy(target + <usize>line * outStride, tile + <usize>line * PANEL * 4, (<usize>width) << 2);
        }
      }
    }
    b = end;
    bias += PANEL * 4;
  }
}
