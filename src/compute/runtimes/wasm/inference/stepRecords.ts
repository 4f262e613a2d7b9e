/** A kernel's record as it is written down before anybody knows where the maps lie. */

import type { Weight } from '../../../../network/network.ts';
import type { ConstantWriter } from './constants.ts';
import type { InferenceKernelName } from './inferenceKernels.ts';
import type { MapSpec } from './mapBuffers.ts';

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
}

export const i32 = (at: number, value: number): RecordField => ({ at, type: 'i32', value });
export const f32 = (at: number, value: number): RecordField => ({ at, type: 'f32', value });
export const place = (at: number, buffer: number | null, offset = 0): RecordField =>
  buffer === null ? i32(at, 0) : { at, type: 'buffer', value: offset, buffer };

/** What there is to lay a step out with. */
export interface Context {
  readonly buffers: readonly MapSpec[];
  readonly writer: ConstantWriter;
  readonly weightOf: (key: string) => Weight;
}

export const specOf = ({ buffers }: Context, buffer: number): MapSpec => buffers[buffer] as MapSpec;
