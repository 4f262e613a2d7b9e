/**
 * Winograd's convolution: where it is worth it, how much is worked on at a time, and what becomes of its kernel.
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, section 4.1, F(2×2, 3×3).
 */

import type { Weight } from '../../../../network/network.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { POSITIONS } from '../assembly/winogradShape.ts';
import { roundUp } from '../memory.ts';
import { type ConvSize, canUseWinograd, KERNEL_SIDE, LEAST_CHANNELS, tileCount } from '../winogradTiles.ts';
import { type MapSpec, strideOf } from './mapBuffers.ts';

const TRANSFORMED_SIDE = 4;

export type ConvAlgorithm = 'direct' | 'winograd';

/** With fewer, the kernel is read for too few products, now that it is 16/9 as large. */
const LEAST_TILES = 16;

/**
 * Measured in Chromium: 1.9 times as fast as the direct way on 14×14 pixels and more of ResNet50, 1.6 times on 7×7
 * (512 channels); 1.05 times with 16 channels, 0.6 times with 8.
 */
export function fastestAlgorithm(size: ConvSize): ConvAlgorithm {
  const isWorthIt =
    tileCount(size.height, size.width) >= LEAST_TILES &&
    Math.min(size.channels, size.node.filters) >= LEAST_CHANNELS;
  return isWorthIt && canUseWinograd(size) ? 'winograd' : 'direct';
}

/** Of the second cache, for the transformed tiles and the products of a chunk. */
const CHUNK_BYTES = 1024 * 1024;

/** Tiles that are worked on at a time, a multiple of the pixels that `conv32` takes. */
export function chunkTilesOf(tiles: number, channels: number, filters: number): number {
  const tileBytes = POSITIONS * (strideOf(channels, 4) + strideOf(filters, 4)) * 4;
  const most = Math.max(Math.floor(CHUNK_BYTES / tileBytes), BLOCK);
  return roundUp(Math.ceil(tiles / Math.ceil(tiles / most)), BLOCK);
}

/** `[POSITIONS, tiles, channels]` as a map. Its border keeps the positions out of each other's cache lines. */
export function tilesSpec(tiles: number, channels: number): MapSpec {
  return {
    height: POSITIONS,
    width: tiles,
    channels,
    stride: strideOf(channels, 4),
    elementBytes: 4,
    border: { top: 0, bottom: 0, left: 0, right: 1 },
  };
}

/**
 * `G g Gᵀ` in double precision, in the order in which the kernel reads it.
 * @param kernel `[3, 3, channels, filters]`
 * @param out zeros before; `[POSITIONS, panels, channels, 8]`
 */
export function transformKernel({ shape, values }: Weight, out: Float32Array): void {
  const [, , channels = 0, filters = 0] = shape;
  const tapLength = channels * filters;
  const positionLength = out.length / POSITIONS;
  const lines = new Float64Array(KERNEL_SIDE * TRANSFORMED_SIDE);
  // Plain loops over millions of weights: every worker waits for this when it starts.
  for (let channel = 0; channel < channels; channel++) {
    for (let filter = 0; filter < filters; filter++) {
      const from = channel * filters + filter;
      for (let column = 0; column < KERNEL_SIDE; column++) {
        const a = values[from + column * tapLength] as number;
        const b = values[from + (column + 3) * tapLength] as number;
        const c = values[from + (column + 6) * tapLength] as number;
        lines[column] = a;
        lines[column + 3] = (a + b + c) / 2;
        lines[column + 6] = (a - b + c) / 2;
        lines[column + 9] = c;
      }
      let to = ((filter >> 3) * channels + channel) * PANEL + (filter & 7);
      for (let line = 0; line < lines.length; line += KERNEL_SIDE) {
        const a = lines[line] as number;
        const b = lines[line + 1] as number;
        const c = lines[line + 2] as number;
        out[to] = a;
        out[to + positionLength] = (a + b + c) / 2;
        out[to + 2 * positionLength] = (a - b + c) / 2;
        out[to + 3 * positionLength] = c;
        to += TRANSFORMED_SIDE * positionLength;
      }
    }
  }
}
