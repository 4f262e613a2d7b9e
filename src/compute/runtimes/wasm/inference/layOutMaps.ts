/** Lays out what is no convolution: pools, sums, scalings, roundings and copies. */

import { type BatchNormNode, weightKey } from '../../../../network/network.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { roundUp } from '../memory.ts';
import * as MAP from './assembly/mapStep.ts';
import type { InferenceKernelName } from './inferenceKernels.ts';
import { type MapView, pixelBytes, rowBytes } from './mapBuffers.ts';
import {
  type Context,
  f32,
  i32,
  type PlacedStep,
  placeFirstPixel,
  type RecordField,
  specOf,
} from './stepRecords.ts';
import type {
  ActivationStep,
  AddStep,
  AffineStep,
  CodesStep,
  ConvStep,
  CopyStep,
  FlattenStep,
  PlanStep,
  PoolStep,
} from './steps.ts';

/** What every kernel over two maps wants to know. */
function mapFields(context: Context, input: MapView, output: MapView, channels: number): RecordField[] {
  const from = specOf(context, input);
  const to = specOf(context, output);
  return [
    placeFirstPixel(context, MAP.INPUT, input),
    i32(MAP.HEIGHT, from.height),
    i32(MAP.WIDTH, from.width),
    i32(MAP.PIXEL_STEP, pixelBytes(from)),
    i32(MAP.ROW_STEP, rowBytes(from)),
    i32(MAP.CHANNELS, channels),
    placeFirstPixel(context, MAP.OUT, output),
    i32(MAP.OUT_HEIGHT, to.height),
    i32(MAP.OUT_WIDTH, to.width),
    i32(MAP.OUT_PIXEL_STEP, pixelBytes(to)),
    i32(MAP.OUT_ROW_STEP, rowBytes(to)),
  ];
}

function poolFields(context: Context, { window, input, output }: PoolStep): RecordField[] {
  return [
    ...mapFields(context, input, output, roundUp(input.channels, PANEL)),
    i32(MAP.WINDOW_HEIGHT, window.poolSize[0]),
    i32(MAP.WINDOW_WIDTH, window.poolSize[1]),
    i32(MAP.STRIDE_Y, window.strides[0]),
    i32(MAP.STRIDE_X, window.strides[1]),
    i32(MAP.PADDING_TOP, window.padding.top),
    i32(MAP.PADDING_LEFT, window.padding.left),
  ];
}

function addFields(context: Context, { input, second, output, bounds }: AddStep): RecordField[] {
  const other = second === null ? null : specOf(context, second);
  return [
    ...mapFields(context, input, output, roundUp(input.channels, PANEL)),
    second === null ? i32(MAP.SECOND, 0) : placeFirstPixel(context, MAP.SECOND, second),
    i32(MAP.SECOND_PIXEL_STEP, other ? pixelBytes(other) : 0),
    i32(MAP.SECOND_ROW_STEP, other ? rowBytes(other) : 0),
    f32(MAP.LOWEST, bounds.lowest),
    f32(MAP.HIGHEST, bounds.highest),
  ];
}

/** A channel becomes `value · scale + shift`. */
interface Affine {
  readonly scale: number;
  readonly shift: number;
}

const UNCHANGED: Affine = { scale: 1, shift: 0 };

/**
 * `γ/√(σ²+ε)` and `β − μ·γ/√(σ²+ε)`, in double precision.
 * Source: Ioffe & Szegedy, "Batch Normalization", 2015, section 3.1 (inference).
 */
function normOf({ weightOf }: Context, { name, epsilon }: BatchNormNode): (channel: number) => Affine {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(
    (kind) => weightOf(weightKey(name, kind)).values,
  );
  return (channel) => {
    const scale = (gamma?.[channel] ?? 0) / Math.sqrt((variance?.[channel] ?? 0) + epsilon);
    return { scale, shift: (beta?.[channel] ?? 0) - (mean?.[channel] ?? 0) * scale };
  };
}

/** One of each a channel; what fills up the last panel becomes zero. */
function affineFields(
  context: Context,
  { input, output }: { readonly input: MapView; readonly output: MapView },
  affineOf: (channel: number) => Affine,
): RecordField[] {
  const channels = roundUp(input.channels, PANEL);
  const affines = Array.from({ length: input.channels }, (_, channel) => affineOf(channel));
  const fill = (of: (affine: Affine) => number) => {
    const values = new Float32Array(channels);
    values.set(affines.map(of));
    return context.writer.floats(values);
  };
  return [
    ...mapFields(context, input, output, channels),
    i32(
      MAP.SCALES,
      fill(({ scale }) => scale),
    ),
    i32(
      MAP.SHIFTS,
      fill(({ shift }) => shift),
    ),
  ];
}

function normFields(context: Context, step: AffineStep): RecordField[] {
  return [
    ...affineFields(context, step, normOf(context, step.node)),
    f32(MAP.LOWEST, step.bounds.lowest),
    f32(MAP.HIGHEST, step.bounds.highest),
  ];
}

function codesFields(context: Context, step: CodesStep): RecordField[] {
  const before = step.node === null ? () => UNCHANGED : normOf(context, step.node);
  return affineFields(context, step, (channel) => {
    const { scale, shift } = before(channel);
    const codes = step.scales[channel] as number;
    // The half makes rounding down the nearest.
    return { scale: scale * codes, shift: shift * codes + 0.5 };
  });
}

function copyFields(context: Context, { input, output }: CopyStep): RecordField[] {
  return mapFields(context, input, output, input.channels * specOf(context, input).elementBytes);
}

/** Pixel after pixel into a row, in which they follow upon each other. */
function flattenFields(context: Context, { input, output }: FlattenStep): RecordField[] {
  const { width, elementBytes } = specOf(context, input);
  const bytes = input.channels * elementBytes;
  return [
    ...mapFields(context, input, output, bytes),
    i32(MAP.OUT_PIXEL_STEP, bytes),
    i32(MAP.OUT_ROW_STEP, bytes * width),
  ];
}

function activationFields(context: Context, { input, output, slope }: ActivationStep): RecordField[] {
  return [...mapFields(context, input, output, roundUp(input.channels, PANEL)), f32(MAP.SLOPE, slope)];
}

type MapStep = Exclude<PlanStep, ConvStep>;

function fieldsOf(context: Context, step: MapStep): RecordField[] {
  switch (step.kind) {
    case 'add32':
      return addFields(context, step);
    case 'affine32':
      return normFields(context, step);
    case 'codes32':
      return codesFields(context, step);
    case 'copy':
      return copyFields(context, step);
    case 'flatten':
      return flattenFields(context, step);
    case 'softmax32':
      return mapFields(context, step.input, step.output, step.input.channels);
    case 'maxPool8':
    case 'maxPool32':
    case 'avgPool32':
      return poolFields(context, step);
    default:
      return activationFields(context, step);
  }
}

export function placeMapStep(context: Context, step: MapStep): PlacedStep {
  const kernel: InferenceKernelName = step.kind === 'flatten' ? 'copy' : step.kind;
  return { kernel, recordBytes: MAP.MAP_STEP_BYTES, fields: fieldsOf(context, step) };
}
