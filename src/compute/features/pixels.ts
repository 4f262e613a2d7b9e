/** The one path from a decoded picture to the network's input: training, classifying and heatmaps all take it. */

import type { ResizeMethod } from '../../domain/picture.ts';
import type { Preprocessing } from '../../network/network.ts';
import { allocate } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { get2dContext } from './canvas.ts';
import { averageBlocks, blockSide, createResampler, createTaps, tapRange } from './resample.ts';

/** `ResizeMethod.version` of the numbers that this file makes. */
export const RESIZE_VERSION = 1;

/**
 * The largest square in the middle, so that shapes keep their proportions. On clothing-mini a head gets 0.785 right
 * this way and 0.743 when the whole picture is squeezed (mean of five seeds); ImageNet's classes do as well.
 */
export const RESIZE: ResizeMethod = { fit: 'centerCrop', cropFraction: 1, version: RESIZE_VERSION };

/** Pixels copied out of a bitmap at a time, 4 MB: a 120-megapixel picture must not be copied whole. */
const TILE_PIXELS = 1 << 20;

/** Every browser draws canvases of this side. */
const MAX_TILE_SIDE_PX = 4096;

/** A part of what the network would see of a picture, in fractions of that square's sides. */
export interface CropWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const WHOLE: CropWindow = { left: 0, top: 0, width: 1, height: 1 };

/** Source pixels of one side that become the network's input, before any window. */
export function keptSidePx(sidePx: number, shorterPx: number, { fit, cropFraction }: ResizeMethod): number {
  return fit === 'stretch' ? sidePx : shorterPx * cropFraction;
}

/** Where one side of the input starts and how many source pixels an output spans; `from` and `fraction` of the window. */
function span(sidePx: number, keptPx: number, sizePx: number, from: number, fraction: number) {
  return { start: (sidePx - keptPx) / 2 + keptPx * from, scale: (keptPx * fraction) / sizePx };
}

/**
 * Shrinks (or enlarges) a picture to the network's square input with an antialiased bilinear filter.
 * @param bitmap opaque, as `decodePicture` gives it; anything transparent counts as white
 * @param window the part that fills the input; all of it unless told
 * @returns RGBA `[sizePx, sizePx, 4]`, 0–255, opaque
 * @throws AppError `modelFileUnsupported` for a version of the numbers that is not ours;
 * `pictureUnreadable` where the bitmap was closed
 */
export function toInputPixels(
  bitmap: ImageBitmap,
  sizePx: number,
  resize: ResizeMethod,
  window: CropWindow = WHOLE,
): Uint8ClampedArray<ArrayBuffer> {
  if (resize.version !== RESIZE_VERSION) {
    throw new AppError('modelFileUnsupported', { resizeVersion: resize.version });
  }
  const { width, height } = bitmap;
  if (width === 0 || height === 0) throw new AppError('pictureUnreadable');
  const shorterPx = Math.min(width, height);
  const across = span(width, keptSidePx(width, shorterPx, resize), sizePx, window.left, window.width);
  const down = span(height, keptSidePx(height, shorterPx, resize), sizePx, window.top, window.height);
  const blockWidth = blockSide(across.scale);
  const blockHeight = blockSide(down.scale);
  const columns = createTaps(
    Math.ceil(width / blockWidth),
    across.start / blockWidth,
    across.scale / blockWidth,
    sizePx,
  );
  const rows = createTaps(
    Math.ceil(height / blockHeight),
    down.start / blockHeight,
    down.scale / blockHeight,
    sizePx,
  );
  const [columnFrom, columnTo] = tapRange(columns);
  const [rowFrom, rowTo] = tapRange(rows);
  const leftPx = columnFrom * blockWidth;
  const regionWidth = Math.min(columnTo * blockWidth, width) - leftPx;
  const bottomPx = Math.min(rowTo * blockHeight, height);
  const stripRows = Math.min(
    rowTo - rowFrom,
    Math.max(1, Math.floor(TILE_PIXELS / regionWidth / blockHeight)),
  );
  const stripHeight = Math.min(stripRows * blockHeight, MAX_TILE_SIDE_PX - (MAX_TILE_SIDE_PX % blockHeight));
  const readStrip = createStripReader(bitmap, leftPx, regionWidth, stripHeight);
  const resampler = createResampler(columns, rows, columnFrom);
  const line = new Float32Array((columnTo - columnFrom) * 3);
  for (let y = rowFrom * blockHeight; y < bottomPx; y += stripHeight) {
    const rowCount = Math.min(stripHeight, bottomPx - y);
    const strip = readStrip(y, rowCount);
    for (let row = 0; row < rowCount; row += blockHeight) {
      averageBlocks(strip, regionWidth, row, Math.min(blockHeight, rowCount - row), blockWidth, line);
      resampler.addLine((y + row) / blockHeight, line);
    }
  }
  return resampler.toPixels();
}

/** Reads rows of a bitmap without any scaling: `[rowCount, width]`, RGBA in each number; the array may be reused. */
function createStripReader(
  bitmap: ImageBitmap,
  left: number,
  width: number,
  maxRows: number,
): (top: number, rowCount: number) => Uint32Array {
  const tileWidth = Math.min(width, MAX_TILE_SIDE_PX);
  const canvas = new OffscreenCanvas(tileWidth, maxRows);
  const context = get2dContext(canvas);
  context.imageSmoothingEnabled = false;

  const readTile = (x: number, y: number, tilePx: number, rowCount: number): Uint32Array => {
    context.fillRect(0, 0, tilePx, rowCount);
    context.drawImage(bitmap, x, y, tilePx, rowCount, 0, 0, tilePx, rowCount);
    return new Uint32Array(allocate(() => context.getImageData(0, 0, tilePx, rowCount)).data.buffer);
  };

  if (tileWidth === width) return (top, rowCount) => readTile(left, top, width, rowCount);
  const strip = new Uint32Array(width * maxRows);
  return (top, rowCount) => {
    for (let x = 0; x < width; x += tileWidth) {
      const tilePx = Math.min(tileWidth, width - x);
      const tile = readTile(left + x, top, tilePx, rowCount);
      for (let row = 0; row < rowCount; row++) {
        strip.set(tile.subarray(row * tilePx, (row + 1) * tilePx), row * width + x);
      }
    }
    return strip;
  };
}

/** `[source channel, factor]` of each output channel, where the matrix only reorders and scales; else null. */
export function asPermutation(matrix: readonly number[]): readonly (readonly [number, number])[] | null {
  const rows = [0, 1, 2].map((output) =>
    [0, 1, 2].flatMap((input): [number, number][] => {
      const factor = matrix[output * 3 + input] ?? 0;
      return factor === 0 ? [] : [[input, factor]];
    }),
  );
  const single = rows.flatMap((row) => (row.length === 1 ? row : []));
  return single.length === 3 ? single : null;
}

/**
 * Writes pixels as the network's input: `out[o] = Σ_i matrix[3·o + i] · rgb[i] + bias[o]` for each pixel.
 * @param pixels RGBA `[height, width, 4]`; alpha is not looked at
 * @param preprocessing null leaves the channels as they are, 0–255
 * @param out receives `[height, width, 3]` from `offset` on
 */
export function toInputTensorData(
  pixels: Uint8ClampedArray,
  preprocessing: Preprocessing | null,
  out: Float32Array,
  offset: number,
): void {
  const [m0 = 1, m1 = 0, m2 = 0, m3 = 0, m4 = 1, m5 = 0, m6 = 0, m7 = 0, m8 = 1] =
    preprocessing?.matrix ?? [];
  const [b0 = 0, b1 = 0, b2 = 0] = preprocessing?.bias ?? [];
  const permutation = asPermutation([m0, m1, m2, m3, m4, m5, m6, m7, m8]);
  if (permutation) {
    const [[i0, f0] = [0, 1], [i1, f1] = [1, 1], [i2, f2] = [2, 1]] = permutation;
    for (let from = 0, to = offset; from < pixels.length; from += 4, to += 3) {
      out[to] = f0 * (pixels[from + i0] as number) + b0;
      out[to + 1] = f1 * (pixels[from + i1] as number) + b1;
      out[to + 2] = f2 * (pixels[from + i2] as number) + b2;
    }
    return;
  }
  for (let from = 0, to = offset; from < pixels.length; from += 4, to += 3) {
    const red = pixels[from] as number;
    const green = pixels[from + 1] as number;
    const blue = pixels[from + 2] as number;
    out[to] = m0 * red + m1 * green + m2 * blue + b0;
    out[to + 1] = m3 * red + m4 * green + m5 * blue + b1;
    out[to + 2] = m6 * red + m7 * green + m8 * blue + b2;
  }
}
