/**
 * The resampling filter of the one path from picture to network, in plain arithmetic: every browser and every
 * backend gets the same numbers, which a canvas does not promise. Pure; `pixels.ts` feeds it from bitmaps.
 */

/** For each output place the source places that it averages. */
export interface Taps {
  /** First source index of each output. */
  readonly first: Int32Array;
  /** How many source indices each output reads. */
  readonly count: Int32Array;
  /** `[outputs, stride]`; the first `count` of each line add up to 1. */
  readonly weights: Float32Array;
  readonly stride: number;
}

/**
 * Weights of the antialiased bilinear ("triangle") filter: support of one output pixel when shrinking, of one
 * source pixel when enlarging, centres at half pixels. The same formula as Pillow's `BILINEAR`
 * (https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c, `precompute_coeffs`).
 * @param sourceSize pixels there are; places beyond the edge are left out of the average
 * @param start where the first output pixel begins, in source pixels
 * @param scale source pixels an output pixel
 */
export function createTaps(sourceSize: number, start: number, scale: number, outputSize: number): Taps {
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Float32Array(outputSize * stride);
  for (let output = 0; output < outputSize; output++) {
    const centre = start + (output + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - support + 0.5));
    const to = Math.min(sourceSize, Math.floor(centre + support + 0.5));
    first[output] = from;
    count[output] = to - from;
    let sum = 0;
    for (let x = from; x < to; x++) sum += Math.max(0, 1 - Math.abs((x + 0.5 - centre) / support));
    for (let x = from; x < to; x++) {
      weights[output * stride + x - from] = Math.max(0, 1 - Math.abs((x + 0.5 - centre) / support)) / sum;
    }
  }
  return { first, count, weights, stride };
}

/** The source range that taps read: `[from, to)`. */
export function tapRange({ first, count }: Taps): readonly [number, number] {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (let output = 0; output < first.length; output++) {
    const start = first[output] ?? 0;
    from = Math.min(from, start);
    to = Math.max(to, start + (count[output] ?? 0));
  }
  return [from, to];
}

/** Above this shrinkage, blocks of whole pixels are averaged first, so that this much is left for the filter. */
const FILTER_SCALE = 3;

/** Sums of a block's channels share 32-bit lanes: 16 × 16 values of 255 just fit into 16 bits. */
const MAX_BLOCK = 16;

/**
 * Side of the blocks to average before the filter, in source pixels; 1 for none. The filter reaches over so many
 * blocks that their edges do not show, and four fifths of the work on a phone's picture fall away
 * (Pillow's `reducing_gap` does the same; 3.0 is its "nearly indistinguishable").
 */
export function blockSide(scale: number): number {
  return Math.min(MAX_BLOCK, Math.max(1, Math.floor(scale / FILTER_SCALE)));
}

/**
 * Averages blocks of pixels into one line.
 * @param pixels RGBA, a pixel a number, red in the lowest byte (as every machine with a browser has it)
 * @param widthPx of the rows in `pixels`
 * @param firstRow of the blocks, in `pixels`
 * @param rowCount rows of a block, at most 16
 * @param columnCount columns of a block, at most 16; the last block may be narrower
 * @param line receives RGB `[ceil(widthPx / columnCount), 3]`
 */
export function averageBlocks(
  pixels: Uint32Array,
  widthPx: number,
  firstRow: number,
  rowCount: number,
  columnCount: number,
  line: Float32Array,
): void {
  for (let x = 0, to = 0; x < widthPx; x += columnCount, to += 3) {
    const columns = Math.min(columnCount, widthPx - x);
    let redBlue = 0;
    let green = 0;
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      const from = row * widthPx + x;
      for (let at = from; at < from + columns; at++) {
        const pixel = pixels[at] as number;
        redBlue = (redBlue + (pixel & 0xff00ff)) | 0;
        green += (pixel >>> 8) & 0xff;
      }
    }
    const count = columns * rowCount;
    line[to] = (redBlue & 0xffff) / count;
    line[to + 1] = green / count;
    line[to + 2] = (redBlue >>> 16) / count;
  }
}

/** Takes a picture line by line, from the top, and keeps only the small result. */
export interface Resampler {
  /**
   * @param y index of the line among those the row taps speak of; lines come in ascending order
   * @param line RGB, from the column `columnFrom` on
   */
  addLine(y: number, line: Float32Array): void;
  /** RGBA `[rows.length, columns.length, 4]`, opaque. */
  toPixels(): Uint8ClampedArray<ArrayBuffer>;
}

/** @param columnFrom source column of the first pixel of each line given to `addLine` */
export function createResampler(columns: Taps, rows: Taps, columnFrom: number): Resampler {
  const width = columns.first.length;
  const height = rows.first.length;
  const reduced = new Float32Array(width * 3);
  const sums = new Float32Array(width * height * 3);
  /** Outputs before this one are complete. */
  let firstOpen = 0;

  function reduce(line: Float32Array): void {
    const { first, count, weights, stride } = columns;
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = ((first[x] as number) - columnFrom) * 3;
      const end = x * stride + (count[x] as number);
      for (let tap = x * stride; tap < end; tap++) {
        const weight = weights[tap] as number;
        red += weight * (line[at] as number);
        green += weight * (line[at + 1] as number);
        blue += weight * (line[at + 2] as number);
        at += 3;
      }
      reduced[x * 3] = red;
      reduced[x * 3 + 1] = green;
      reduced[x * 3 + 2] = blue;
    }
  }

  return {
    addLine(y, line) {
      const { first, count, weights, stride } = rows;
      while (firstOpen < height && (first[firstOpen] as number) + (count[firstOpen] as number) <= y)
        firstOpen++;
      reduce(line);
      for (let output = firstOpen; output < height; output++) {
        const tap = y - (first[output] as number);
        if (tap < 0) break;
        if (tap >= (count[output] as number)) continue;
        const weight = weights[output * stride + tap] as number;
        const begin = output * width * 3;
        for (let i = 0; i < reduced.length; i++) {
          sums[begin + i] = (sums[begin + i] as number) + weight * (reduced[i] as number);
        }
      }
    },
    toPixels() {
      const pixels = new Uint8ClampedArray(width * height * 4);
      for (let i = 0, from = 0; i < pixels.length; i += 4, from += 3) {
        pixels[i] = sums[from] as number;
        pixels[i + 1] = sums[from + 1] as number;
        pixels[i + 2] = sums[from + 2] as number;
        pixels[i + 3] = 255;
      }
      return pixels;
    },
  };
}
