/** Which convolutions train by Winograd's algorithm, and how much of them is worked on at a time. */
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { POSITIONS } from '../assembly/winogradShape.ts';
import { FLOAT_BYTES, roundUp } from '../memory.ts';
import { canUseWinograd, LEAST_CHANNELS, tilesAlong } from '../winogradTiles.ts';
import { POSITION_GAP } from './assembly/tileRecord.ts';

/** Of the second cache, for the transformed tiles of both maps. */
const CHUNK_BYTES = 1024 * 1024;
/** With fewer tiles at a time, weights and their gradients go through the cache for too few products. */
const LEAST_CHUNK_TILES = 96;
/** Of transformed weights: there are 16/9 as many, and as many sums of their gradients. */
const GROUP_BYTES = 4 * 1024 * 1024;

export interface WinogradShape {
  readonly channels: number;
  readonly filters: number;
  /** Tiles of the output of one picture. */
  readonly down: number;
  readonly across: number;
}

/** @returns null where the direct way is taken */
export function winogradShapeOf({
  node,
  inputShapes,
  outputShape,
}: Pick<TrainableStep, 'node' | 'inputShapes' | 'outputShape'>): WinogradShape | null {
  if (node.op !== 'conv2d') return null;
  const [height = 1, width = 1] = outputShape;
  const channels = inputShapes[0]?.at(-1) ?? 1;
  const { filters } = node;
  if (!canUseWinograd({ node, channels, height, width })) return null;
  const isWide = Math.min(channels, filters) >= LEAST_CHANNELS;
  if (!isWide || channels % PANEL > 0 || filters % PANEL > 0) return null;
  return { channels, filters, ...tilesAlong(height, width) };
}

/** Tiles that are worked on at a time, a multiple of those that are multiplied at once. @param rows pictures of a pass */
export function tilesTogether({ channels, filters, down, across }: WinogradShape, rows: number): number {
  const fitting = Math.floor(CHUNK_BYTES / (POSITIONS * (channels + filters) * FLOAT_BYTES));
  const most = Math.max(LEAST_CHUNK_TILES, fitting - (fitting % BLOCK));
  return Math.min(most, roundUp(rows * down * across, BLOCK));
}

/** Of `count` channels or filters, those whose weights are transformed together. @param others each has a weight for */
export function groupSizeOf(count: number, others: number): number {
  const fitting = Math.floor(GROUP_BYTES / (POSITIONS * others * FLOAT_BYTES));
  return Math.min(count, Math.max(PANEL, fitting - (fitting % PANEL)));
}

/** Bytes of room for a step; of the transformed maps, of weights and of the sums of their gradients. */
export interface WinogradRoom {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly sums: number;
  /** Addresses of the pixels of a chunk: of tiles of 4×4, and of 2×2. */
  readonly wideTable: number;
  readonly narrowTable: number;
}

export function winogradRoomOf(shape: WinogradShape, rows: number): WinogradRoom {
  const { channels, filters } = shape;
  const tiles = tilesTogether(shape, rows);
  const bytesOf = (...sides: number[]) => POSITIONS * (sizeOf(sides) * FLOAT_BYTES + POSITION_GAP);
  const backward = groupSizeOf(channels, filters) * filters;
  const forward = groupSizeOf(filters, channels) * channels;
  return {
    inputs: bytesOf(tiles, channels),
    outputs: bytesOf(tiles, filters),
    weights: bytesOf(Math.max(backward, forward)),
    sums: bytesOf(backward),
    wideTable: bytesOf(tiles),
    narrowTable: bytesOf(tiles) / 4,
  };
}
