/** Lays out a convolution by Winograd's algorithm: its tiles, the transformed kernel, and its record. */

import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { POSITIONS, TILE_PIXELS, TILE_SIDE } from '../assembly/winogradShape.ts';
import { roundUp } from '../memory.ts';
import * as CONV from './assembly/convStep.ts';
import * as WINOGRAD from './assembly/winogradStep.ts';
import { kernelOf, type OutputPixel, outputSpecOf, placesOf, resultFields } from './layOutConv.ts';
import { type MapSpec, pixelBytes, rowBytes } from './mapBuffers.ts';
import {
  type Context,
  f32,
  i32,
  type PlacedStep,
  place,
  placeView,
  type RecordField,
  specOf,
} from './stepRecords.ts';
import type { ConvStep } from './steps.ts';
import { transformKernel } from './winograd.ts';

/** First pixels of the tiles along a side. The last of an odd side overlaps the one before. */
function tileStarts(side: number): number[] {
  return Array.from({ length: Math.ceil(side / TILE_SIDE) }, (_, tile) =>
    Math.min(tile * TILE_SIDE, side - TILE_SIDE),
  );
}

/** Pixels of a tile along a side. One that the tile before has made is not used: its residual may be gone by then. */
function along(start: number): { at: number; isUsed: boolean }[] {
  const overlap = start % TILE_SIDE;
  return Array.from({ length: TILE_SIDE }, (_, i) => ({ at: start + i, isUsed: i >= overlap }));
}

/** Pixels tile after tile, filled up to whole blocks of tiles. */
function tilePixels({ height, width }: MapSpec): OutputPixel[] {
  const tiles = tileStarts(height).flatMap((top) =>
    tileStarts(width).map((left) =>
      along(top).flatMap((row) =>
        along(left).map((column) => ({ y: row.at, x: column.at, isUsed: row.isUsed && column.isUsed })),
      ),
    ),
  );
  const unused = tiles.at(-1)?.map((pixel) => ({ ...pixel, isUsed: false })) ?? [];
  while (tiles.length % BLOCK > 0) tiles.push(unused);
  return tiles.flat();
}

/** Each tile of a block where the one before ends. */
function productPlaces(transformed: MapSpec, products: MapSpec): Int32Array {
  const tiles = Array.from({ length: BLOCK }, (_, tile) => tile);
  return Int32Array.from(
    tiles.flatMap((tile) => [tile * pixelBytes(transformed), tile * pixelBytes(products), 0, 0]),
  );
}

/** The record for `conv32`, without what the kernel itself fills in. */
function productFields(
  { writer }: Context,
  panels: number,
  transformed: MapSpec,
  products: MapSpec,
): RecordField[] {
  const fields = [
    i32(CONV.PLACES, writer.table(productPlaces(transformed, products))),
    i32(CONV.PIXELS, BLOCK),
    i32(CONV.TAPS, writer.table(Int32Array.of(0))),
    i32(CONV.TAP_COUNT, 1),
    i32(CONV.RUN, transformed.channels),
    i32(CONV.PANELS, panels),
    i32(CONV.PANEL_STARTS, writer.table(new Int32Array(panels))),
    i32(CONV.BIASES, writer.table(new Int32Array(panels * PANEL))),
    i32(CONV.CODES, 0),
    i32(CONV.RESIDUAL, 0),
    f32(CONV.LOWEST, Number.NEGATIVE_INFINITY),
    f32(CONV.HIGHEST, Number.POSITIVE_INFINITY),
  ];
  return fields.map((field) => ({ ...field, at: WINOGRAD.PRODUCT_STEP + field.at }));
}

export function placeWinograd(
  context: Context,
  step: ConvStep,
  scratch: NonNullable<ConvStep['winograd']>,
): PlacedStep {
  const { writer } = context;
  const input = specOf(context, step.input);
  const transformed = specOf(context, { buffer: scratch.transformed });
  const products = specOf(context, { buffer: scratch.products });
  const pixels = tilePixels(outputSpecOf(context, step));
  const panels = Math.ceil(step.node.filters / PANEL);
  const { channels } = step.input;
  const positionLength = panels * channels * PANEL;
  const length = POSITIONS * positionLength;
  const weights = writer.reserve(length * 4);
  transformKernel(kernelOf(context, step), writer.float32(weights, length));
  return {
    kernel: 'winograd32',
    recordBytes: WINOGRAD.WINOGRAD_STEP_BYTES,
    fields: [
      i32(CONV.PLACES, placesOf(context, step, pixels)),
      placeView(context, CONV.INPUT, step.input),
      i32(CONV.PANELS, panels),
      ...resultFields(context, step),
      i32(WINOGRAD.TILES, pixels.length / TILE_PIXELS),
      i32(WINOGRAD.CHUNK_TILES, transformed.width),
      i32(WINOGRAD.PIXEL_STEP, pixelBytes(input)),
      i32(WINOGRAD.ROW_STEP, rowBytes(input)),
      i32(WINOGRAD.CHANNEL_BYTES, roundUp(channels * 4, 16)),
      place(WINOGRAD.TRANSFORMED, scratch.transformed),
      i32(WINOGRAD.TRANSFORMED_TILE_STEP, pixelBytes(transformed)),
      i32(WINOGRAD.TRANSFORMED_STEP, rowBytes(transformed)),
      place(WINOGRAD.PRODUCTS, scratch.products),
      i32(WINOGRAD.PRODUCTS_TILE_STEP, pixelBytes(products)),
      i32(WINOGRAD.PRODUCTS_STEP, rowBytes(products)),
      i32(WINOGRAD.POSITION_WEIGHTS, weights),
      i32(WINOGRAD.POSITION_WEIGHTS_STEP, positionLength * 4),
      ...productFields(context, panels, transformed, products),
    ],
  };
}
