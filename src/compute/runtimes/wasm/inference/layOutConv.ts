/** Lays out a convolution: packed weights, the places of its pixels, and its record. */

import { type Weight, weightKey } from '../../../../network/network.ts';
import { quantiseKernel } from '../../../../network/quantise.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { roundUp } from '../memory.ts';
import * as CONV from './assembly/convStep.ts';
import { dumpOffset, type MapSpec, offsetOf, pixelBytes, rowBytes } from './mapBuffers.ts';
import { packKernel, windowingOf } from './pack.ts';
import {
  type Context,
  f32,
  i32,
  type PlacedStep,
  placeView,
  type RecordField,
  specOf,
} from './stepRecords.ts';
import type { ConvStep } from './steps.ts';

/** An output pixel; what fills up a block of them is not used, and its result goes nowhere. */
export interface OutputPixel {
  readonly y: number;
  readonly x: number;
  readonly isUsed: boolean;
}

export function outputSpecOf(context: Context, { node, floats, codes }: ConvStep): MapSpec {
  const view = floats ?? codes;
  if (view === null) throw new Error(`${node.name} has no output`);
  return specOf(context, view);
}

/** Where each pixel's window begins, and where its results go. @returns address of the table */
export function placesOf(context: Context, step: ConvStep, pixels: readonly OutputPixel[]): number {
  const { strides, padding } = step.node;
  const input = specOf(context, step.input);
  const outputs = [step.floats, step.codes, step.residual].map((view) =>
    view === null ? null : specOf(context, view),
  );
  const table = new Int32Array(pixels.length * 4);
  pixels.forEach(({ y, x, isUsed }, pixel) => {
    table[pixel * 4] = offsetOf(input, y * strides[0] - padding.top, x * strides[1] - padding.left);
    outputs.forEach((spec, column) => {
      if (spec) table[pixel * 4 + 1 + column] = isUsed ? offsetOf(spec, y, x) : dumpOffset(spec);
    });
  });
  return context.writer.table(table);
}

/** One float for each filter, zeros for what fills up the last panel. @returns their address */
function perFilter({ writer }: Context, { filters }: ConvStep['node'], value: (filter: number) => number) {
  const length = roundUp(filters, PANEL);
  return writer.floats(Float32Array.from({ length }, (_, filter) => (filter < filters ? value(filter) : 0)));
}

/** As it is in the network; of a dense layer as that of a convolution over one pixel. */
function plainKernelOf({ weightOf }: Context, { node }: ConvStep): Weight {
  const { shape, values } = weightOf(weightKey(node.name, 'kernel'));
  return { shape: shape.length === 2 ? [1, 1, ...shape] : shape, values };
}

/** With the factors of the output in it. */
export function kernelOf(context: Context, step: ConvStep): Weight {
  const { node, outputFactors } = step;
  const kernel = plainKernelOf(context, step);
  if (!outputFactors) return kernel;
  const values = kernel.values.map((weight, at) => weight * (outputFactors[at % node.filters] as number));
  return { shape: kernel.shape, values };
}

/** What stands behind the sums, alike for all ways to compute them. */
export function resultFields(context: Context, step: ConvStep): RecordField[] {
  const { node, outputFactors } = step;
  const bias = node.useBias ? context.weightOf(weightKey(node.name, 'bias')).values : null;
  const biasOf = (filter: number) => (bias?.[filter] ?? 0) * (outputFactors?.[filter] ?? 1);
  return [
    i32(CONV.BIASES, perFilter(context, node, biasOf)),
    placeView(context, CONV.OUT, step.floats),
    placeView(context, CONV.CODES, step.codes),
    f32(CONV.CODE_SCALE, step.codeScale),
    placeView(context, CONV.RESIDUAL, step.residual),
    f32(CONV.LOWEST, step.bounds.lowest),
    f32(CONV.HIGHEST, step.bounds.highest),
  ];
}

/** Makes room for a kernel of so many elements and fills it, quantised where the input is codes. */
export function weightFields(
  context: Context,
  step: ConvStep,
  length: number,
  pack: (shape: Weight['shape'], values: Int8Array | Float32Array, out: Int8Array | Float32Array) => void,
): RecordField[] {
  const { node, inputRanges, outputFactors } = step;
  const { writer } = context;
  if (!inputRanges) {
    const { shape, values } = kernelOf(context, step);
    const weights = writer.reserve(length * 4);
    pack(shape, values, writer.float32(weights, length));
    return [i32(CONV.WEIGHTS, weights)];
  }
  const kernel = plainKernelOf(context, step);
  const { values, scales } = quantiseKernel(kernel, inputRanges, node.groups);
  const scaleOf = (filter: number) => (scales[filter] as number) * (outputFactors?.[filter] ?? 1);
  const multipliers = perFilter(context, node, scaleOf);
  const weights = writer.reserve(length);
  pack(kernel.shape, values, writer.int8(weights, length));
  return [i32(CONV.WEIGHTS, weights), i32(CONV.MULTIPLIERS, multipliers)];
}

/** Line after line, filled up to whole blocks. */
export function directPixels({ height, width }: MapSpec): OutputPixel[] {
  const last = height * width - 1;
  return Array.from({ length: roundUp(last + 1, BLOCK) }, (_, pixel) => {
    const at = Math.min(pixel, last);
    return { y: Math.floor(at / width), x: at % width, isUsed: pixel <= last };
  });
}

/** Of the second cache, for what is read and written of a map at a time, and for the weights that all of it needs. */
const CHUNK_BYTES = 192 * 1024;
const MOST_WEIGHT_BYTES = 512 * 1024;

/**
 * Pixels that are worked on at a time, a multiple of `BLOCK`: the kernel goes over its pixels once for every eight
 * filters, and what does not stay in the cache meanwhile comes from memory each time.
 */
function chunkPixelsOf(context: Context, step: ConvStep, pixels: number, weightBytes: number): number {
  const views = [step.input, step.floats, step.codes, step.residual].filter((view) => view !== null);
  const bytes = views.reduce((sum, view) => sum + pixelBytes(specOf(context, view)), 0);
  const most = Math.floor(CHUNK_BYTES / bytes / BLOCK) * BLOCK;
  if (weightBytes > MOST_WEIGHT_BYTES || most < BLOCK || step.node.filters <= PANEL) return pixels;
  // Chunks of about the same size.
  return roundUp(Math.ceil(pixels / Math.ceil(pixels / most)), BLOCK);
}

/** A convolution as sums over each pixel's window. */
export function placeConv(context: Context, step: ConvStep): PlacedStep {
  const { writer } = context;
  const { node } = step;
  const input = specOf(context, step.input);
  const arithmetic = step.inputRanges ? 'int8' : 'float32';
  const windowing = windowingOf(node, step.input.channels, input, arithmetic);
  const pixels = directPixels(outputSpecOf(context, step));
  const taps = windowing.taps.map(([row, column]) => row * rowBytes(input) + column * pixelBytes(input));
  const starts = windowing.starts.map((channel) => channel * input.elementBytes);
  const length = windowing.panels * windowing.taps.length * windowing.run * PANEL;
  const places = placesOf(context, step, pixels);
  const chunk = chunkPixelsOf(context, step, pixels.length, length * input.elementBytes);
  const firsts = Array.from({ length: Math.ceil(pixels.length / chunk) }, (_, part) => part * chunk);
  return {
    kernel: step.inputRanges ? 'conv8' : 'conv32',
    recordBytes: CONV.CONV_STEP_BYTES,
    parts: firsts.map((first) => [
      i32(CONV.PLACES, places + first * CONV.PLACE_BYTES),
      i32(CONV.PIXELS, Math.min(chunk, pixels.length - first)),
    ]),
    fields: [
      placeView(context, CONV.INPUT, step.input),
      i32(CONV.TAPS, writer.table(Int32Array.from(taps))),
      i32(CONV.TAP_COUNT, taps.length),
      i32(CONV.RUN, windowing.run),
      i32(CONV.PANELS, windowing.panels),
      i32(CONV.PANEL_STARTS, writer.table(Int32Array.from(starts))),
      ...weightFields(context, step, length, (shape, values, out) =>
        packKernel(node, shape, values, windowing, input.stride, out),
      ),
      ...resultFields(context, step),
    ],
  };
}
