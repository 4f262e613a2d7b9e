/** A kernel's record as it is written down before anybody knows where the maps lie. */

import type { Weight } from '../../../../network/network.ts';
import type { ConstantWriter } from './constants.ts';
import type { InferenceKernelName } from './inferenceKernels.ts';
import { type MapSpec, type MapView, offsetOf } from './mapBuffers.ts';

/** One field of a record: a number, or a place in a buffer whose address an instance knows. */
export interface RecordField {
  /** Byte offset in the record. */
  readonly at: number;
  readonly type: 'i32' | 'f32' | 'buffer';
  /** For a buffer: bytes from its start. */
  readonly value: number;
  readonly buffer?: number;
}

export interface PlacedStep {
  readonly kernel: InferenceKernelName;
  readonly recordBytes: number;
  readonly fields: readonly RecordField[];
  /** The kernel is called once with each of these in place of the fields of the same offsets; once if there are none. */
  readonly parts?: readonly (readonly RecordField[])[];
}

/** As many calls of its kernel does a step need. */
export function partsOf({ parts = [[]] }: PlacedStep): readonly (readonly RecordField[])[] {
  return parts;
}

export const i32 = (at: number, value: number): RecordField => ({ at, type: 'i32', value });
export const f32 = (at: number, value: number): RecordField => ({ at, type: 'f32', value });
export const place = (at: number, buffer: number, offset = 0): RecordField => ({
  at,
  type: 'buffer',
  value: offset,
  buffer,
});

/** What there is to lay a step out with. */
export interface Context {
  readonly buffers: readonly MapSpec[];
  readonly writer: ConstantWriter;
  readonly weightOf: (key: string) => Weight;
}

export const specOf = ({ buffers }: Context, { buffer }: Pick<MapView, 'buffer'>): MapSpec =>
  buffers[buffer] as MapSpec;

/** Where a view's channels begin, from the start of its buffer; 0 as an address where there is none. */
export function placeView(context: Context, at: number, view: MapView | null): RecordField {
  if (view === null) return i32(at, 0);
  return place(at, view.buffer, view.firstChannel * specOf(context, view).elementBytes);
}

/** The same of its first pixel. */
export function placeFirstPixel(context: Context, at: number, view: MapView): RecordField {
  const spec = specOf(context, view);
  return place(at, view.buffer, offsetOf(spec, 0, 0) + view.firstChannel * spec.elementBytes);
}
