/** Puts a plan's weights and tables into memory and writes down each kernel's record, but for the addresses of maps. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import type { NetworkNode, Weight } from '../../../../network/network.ts';
import type { ActivationRanges } from '../../../../network/quantise.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { roundUp } from '../memory.ts';
import * as MAP from './assembly/mapStep.ts';
import { createConstantWriter } from './constants.ts';
import type { InferenceKernelName } from './inferenceKernels.ts';
import { planInference } from './inferencePlan.ts';
import { placeConv } from './layOutConv.ts';
import { placeWinograd } from './layOutWinograd.ts';
import { type MapSpec, offsetOf, pixelBytes, rowBytes } from './mapBuffers.ts';
import { type Context, f32, i32, type PlacedStep, place, type RecordField, specOf } from './stepRecords.ts';
import type { AddStep, CodesStep, CopyStep, PlanStep, PoolStep } from './steps.ts';
import { fastestAlgorithm } from './winograd.ts';

/** All that an instance needs beside the memory; it can be sent to another worker. */
export interface NetworkLayout {
  readonly arithmetic: Arithmetic;
  readonly buffers: readonly MapSpec[];
  readonly steps: readonly PlacedStep[];
  readonly input: number;
  readonly output: number;
  /** Weights and tables lie before this address. */
  readonly constantBytes: number;
}

/** What every kernel over two maps wants to know. */
function mapFields(
  context: Context,
  input: number,
  output: number,
  channels: number,
  outOffset = 0,
): RecordField[] {
  const from = specOf(context, input);
  const to = specOf(context, output);
  return [
    place(MAP.INPUT, input, offsetOf(from, 0, 0)),
    i32(MAP.HEIGHT, from.height),
    i32(MAP.WIDTH, from.width),
    i32(MAP.PIXEL_STEP, pixelBytes(from)),
    i32(MAP.ROW_STEP, rowBytes(from)),
    i32(MAP.CHANNELS, channels),
    place(MAP.OUT, output, offsetOf(to, 0, 0) + outOffset),
    i32(MAP.OUT_HEIGHT, to.height),
    i32(MAP.OUT_WIDTH, to.width),
    i32(MAP.OUT_PIXEL_STEP, pixelBytes(to)),
    i32(MAP.OUT_ROW_STEP, rowBytes(to)),
  ];
}

function placePool(context: Context, { window, input, output }: PoolStep): RecordField[] {
  const channels = roundUp(specOf(context, input).channels, PANEL);
  return [
    ...mapFields(context, input, output, channels),
    i32(MAP.WINDOW_HEIGHT, window.poolSize[0]),
    i32(MAP.WINDOW_WIDTH, window.poolSize[1]),
    i32(MAP.STRIDE_Y, window.strides[0]),
    i32(MAP.STRIDE_X, window.strides[1]),
    i32(MAP.PADDING_TOP, window.padding.top),
    i32(MAP.PADDING_LEFT, window.padding.left),
  ];
}

function placeAdd(context: Context, { input, second, output, bounds }: AddStep): RecordField[] {
  const other = second === null ? null : specOf(context, second);
  return [
    ...mapFields(context, input, output, roundUp(specOf(context, input).channels, PANEL)),
    place(MAP.SECOND, second, other ? offsetOf(other, 0, 0) : 0),
    i32(MAP.SECOND_PIXEL_STEP, other ? pixelBytes(other) : 0),
    i32(MAP.SECOND_ROW_STEP, other ? rowBytes(other) : 0),
    f32(MAP.LOWEST, bounds.lowest),
    f32(MAP.HIGHEST, bounds.highest),
  ];
}

function placeCodes(context: Context, { input, output, scales }: CodesStep): RecordField[] {
  const channels = roundUp(scales.length, PANEL);
  const padded = Float32Array.from({ length: channels }, (_, channel) => scales[channel] ?? 0);
  return [...mapFields(context, input, output, channels), i32(MAP.SCALES, context.writer.floats(padded))];
}

function placeCopy(context: Context, { input, output, firstChannel }: CopyStep): RecordField[] {
  const { channels, elementBytes } = specOf(context, input);
  return mapFields(context, input, output, channels * elementBytes, firstChannel * elementBytes);
}

function placeStep(context: Context, step: PlanStep): PlacedStep {
  const record = (fields: RecordField[]): PlacedStep => ({
    kernel: step.kind as InferenceKernelName,
    recordBytes: MAP.MAP_STEP_BYTES,
    fields,
  });
  switch (step.kind) {
    case 'conv':
      return step.winograd ? placeWinograd(context, step, step.winograd) : placeConv(context, step);
    case 'add32':
      return record(placeAdd(context, step));
    case 'codes32':
      return record(placeCodes(context, step));
    case 'copy':
      return record(placeCopy(context, step));
    default:
      return record(placePool(context, step));
  }
}

/** A folded network, its weights handed out one at a time. */
export interface NetworkSource {
  readonly nodes: readonly NetworkNode[];
  /** @param key `nodeName/kind` */
  readonly weightOf: (key: string) => Weight;
  readonly ranges: ActivationRanges;
}

/**
 * Packs a network's weights into `memory`, which instances in several workers may share.
 * @param chooseAlgorithm for each convolution in float32; what cannot be done is done directly
 * @throws UncoveredNodeError if there is no kernel for one of its nodes; AppError `outOfMemory`
 */
export function layOutNetwork(
  memory: WebAssembly.Memory,
  source: NetworkSource,
  arithmetic: Arithmetic,
  chooseAlgorithm = fastestAlgorithm,
): NetworkLayout {
  const plan = planInference(source.nodes, arithmetic, source.ranges, chooseAlgorithm);
  // Behind what is there: another network's weights, or the first page, whose address 0 stands for "none".
  const writer = createConstantWriter(memory, memory.buffer.byteLength);
  const context: Context = { buffers: plan.buffers, writer, weightOf: source.weightOf };
  const steps = plan.steps.map((step) => placeStep(context, step));
  const { buffers, input, output } = plan;
  return { arithmetic, buffers, steps, input, output, constantBytes: writer.end() };
}
