/** What one worker needs beside the weights: maps of its rows and their gradients, and room to work in. */
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainablePlan, TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { ALIGNMENT_BYTES, FLOAT_BYTES, roundUp } from '../memory.ts';
import { OPTIMIZER_BYTES } from './assembly/optimizerRecord.ts';
import * as RECORD from './assembly/productRecord.ts';
import { WINDOW_BYTES } from './assembly/windowRecord.ts';
import { placeBuffers, type TimedBuffer } from './placeBuffers.ts';
import { isDepthwise } from './placedParameters.ts';
import { type DenseRoom, denseRoomOf, unitPanelsOf } from './unitPanels.ts';
import { type WinogradRoom, winogradRoomOf, winogradShapeOf } from './winogradChunks.ts';

/** Places and values of each that are packed at once: 190 kB, a part of the second cache of a core. */
const ROUND_PLACES = 96;
const ROUND_VALUES = 512;
/** Values of the gradient that are packed at once for that of the weights: half a megabyte. */
const ROUND_GRADIENTS = 131_072;
const MOST_GRADIENT_PLACES = 384;
const SPOT_BYTES = 12;

export interface Rounds {
  readonly places: number;
  readonly taps: number;
  readonly channels: number;
}

/** How much of the patches is packed at once. */
export function roundsOf(taps: number, channels: number): Rounds {
  return {
    places: ROUND_PLACES,
    taps: Math.min(taps, Math.max(1, Math.floor(ROUND_VALUES / channels))),
    channels: Math.min(channels, ROUND_VALUES),
  };
}

/** Places whose gradients are packed at once. */
export function gradientPlacesOf(filters: number): number {
  return Math.max(ROUND_PLACES, Math.min(MOST_GRADIENT_PLACES, Math.floor(ROUND_GRADIENTS / filters)));
}

/** Bytes from the arena's beginning. */
export interface ArenaLayout {
  readonly bytes: number;
  /** Rows that there is room for. */
  readonly capacity: number;
  /** By name of the output. */
  readonly maps: ReadonlyMap<string, number>;
  readonly gradients: ReadonlyMap<string, number>;
  /** By name of the dropout. */
  readonly masks: ReadonlyMap<string, number>;
  /** Of a BatchNorm that learns, by name: means, then five more numbers a channel. */
  readonly norms: ReadonlyMap<string, number>;
  readonly record: number;
  readonly optimizer: number;
  readonly zeros: number;
  readonly spots: number;
  readonly patches: number;
  readonly packedGradients: number;
  readonly tile: number;
  readonly forwardWeights: number;
  readonly winograd: WinogradRooms;
  readonly dense: DenseRoom;
  /** Sums in float64, two a channel. */
  readonly sums: number;
}

/** Where the step that works on it has each, see `WinogradRoom`. */
export interface WinogradRooms extends WinogradRoom {
  /** What is written outside of a map. */
  readonly nowhere: number;
}

/** Numbers that a BatchNorm that learns keeps of each channel. */
export const NORM_NUMBERS = 6;

const floatsOf = (shape: readonly number[]) => sizeOf(shape);
const largest = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), 1);

interface Timed extends TimedBuffer {
  readonly kind: 'map' | 'gradient' | 'mask';
  readonly name: string;
}

/** When each map is there: steps forward count from 0, the loss is one more, and back they count on. */
function timeMaps({ steps, kept, dropouts }: TrainablePlan, capacity: number): Timed[] {
  const last = steps.length;
  const backOf = (index: number) => 2 * last - index;
  const bytesOf = (step: TrainableStep) => capacity * floatsOf(step.outputShape) * FLOAT_BYTES;
  const timed = steps.flatMap((step, index): Timed[] => {
    const readers = steps.flatMap(({ inputs }, reader) => (inputs.includes(step.output) ? [reader] : []));
    const isLogits = index === last - 1;
    const furthest = largest([index, ...readers]);
    const until = steps.flatMap((reader, place) => {
      const isKept = reader === step ? reader.keepsOutput : reader.keepsInputs;
      return isKept && (reader === step || reader.inputs.includes(step.output)) ? [backOf(place)] : [];
    });
    const to = isLogits ? last : kept.has(step.output) ? largest([furthest, ...until]) : furthest;
    const map: Timed = { kind: 'map', name: step.output, bytes: bytesOf(step), from: index, to };
    const from = isLogits ? last : readers.length > 0 ? backOf(largest([0, ...readers])) : backOf(index);
    const isSent = isLogits || readers.some((reader) => isWantedBy(steps[reader], step.output));
    if (!isSent) return [map];
    return [map, { kind: 'gradient', name: step.output, bytes: bytesOf(step), from, to: backOf(index) }];
  });
  const masks = dropouts.map(
    ({ node, size }): Timed => ({
      ...{ kind: 'mask', name: node.name, bytes: capacity * size * FLOAT_BYTES, from: 0 },
      to: backOf(steps.findIndex((step) => step.node.name === node.name)),
    }),
  );
  return [...timed, ...masks];
}

function isWantedBy(reader: TrainableStep | undefined, name: string): boolean {
  return reader?.inputs.some((input, i) => input === name && reader.wantsGradient[i]) ?? false;
}

/** @param capacity rows of a pass */
export function layOutArena(plan: TrainablePlan, capacity: number): ArenaLayout {
  const timed = timeMaps(plan, capacity);
  const { offsets, bytes } = placeBuffers(timed);
  const named = (kind: Timed['kind']) =>
    new Map(timed.flatMap((buffer, i) => (buffer.kind === kind ? [[buffer.name, offsets[i] ?? 0]] : [])));
  let end = bytes;
  const take = (size: number) => {
    const offset = end;
    end = roundUp(end + size, ALIGNMENT_BYTES);
    return offset;
  };
  const products = plan.steps.flatMap((step) => {
    const { node, inputShapes, outputShape } = step;
    if (node.op !== 'conv2d' || isDepthwise(step) || winogradShapeOf(step)) return [];
    const { groups, kernelSize } = node;
    const taps = kernelSize[0] * kernelSize[1];
    const inputs = inputShapes[0]?.at(-1) ?? 1;
    return [{ taps, channels: inputs / groups, filters: (outputShape.at(-1) ?? 1) / groups }];
  });
  const widest = largest(plan.steps.map(({ outputShape }) => outputShape.at(-1) ?? 1));
  const tiled = plan.steps.flatMap((step) => {
    const shape = winogradShapeOf(step);
    return shape ? [winogradRoomOf(shape, capacity)] : [];
  });
  const takeTiled = (of: keyof WinogradRoom) => take(largest([0, ...tiled.map((room) => room[of])]));
  const dense = plan.steps.flatMap((step) => {
    const shape = unitPanelsOf(step);
    return shape ? [denseRoomOf(shape, capacity)] : [];
  });
  const takeDense = (of: keyof DenseRoom) => take(largest([0, ...dense.map((room) => room[of])]));
  const mostPlaces = Math.max(ROUND_PLACES, MOST_GRADIENT_PLACES);
  const norms = new Map(
    plan.steps
      .filter(({ learnsNorm }) => learnsNorm)
      .map(({ node, outputShape }) => [
        node.name,
        take(roundUp(outputShape.at(-1) ?? 1, PANEL) * NORM_NUMBERS * FLOAT_BYTES),
      ]),
  );
  return {
    ...{ capacity, maps: named('map'), gradients: named('gradient'), masks: named('mask'), norms },
    record: take(
      Math.max(RECORD.FIRST_TAP + largest(products.map(({ taps }) => taps)) * RECORD.TAP_BYTES, WINDOW_BYTES),
    ),
    optimizer: take(OPTIMIZER_BYTES),
    zeros: take((widest + PANEL) * FLOAT_BYTES),
    spots: take(mostPlaces * (SPOT_BYTES + FLOAT_BYTES)),
    patches: take(Math.max(ROUND_PLACES * ROUND_VALUES, mostPlaces * PANEL) * FLOAT_BYTES),
    packedGradients: take(
      largest(products.map(({ filters }) => roundUp(filters, BLOCK) * gradientPlacesOf(filters))) *
        FLOAT_BYTES,
    ),
    tile: take(BLOCK * PANEL * FLOAT_BYTES),
    forwardWeights: take(
      largest(products.map(({ taps, channels, filters }) => taps * channels * roundUp(filters, PANEL))) *
        FLOAT_BYTES,
    ),
    winograd: {
      inputs: takeTiled('inputs'),
      outputs: takeTiled('outputs'),
      weights: takeTiled('weights'),
      sums: takeTiled('sums'),
      wideTable: takeTiled('wideTable'),
      narrowTable: takeTiled('narrowTable'),
      nowhere: take((widest + PANEL) * FLOAT_BYTES),
    },
    dense: { inputs: takeDense('inputs'), outputs: takeDense('outputs') },
    sums: take(widest * 2 * Float64Array.BYTES_PER_ELEMENT),
    bytes: end,
  };
}
