/** Types and shapes in an HDF5 file, as far as weights and their names have them. */
import type { TensorDtype } from '../tensorDtype.ts';
import type { Hdf5Cursor } from './hdf5Cursor.ts';

export type Hdf5Type =
  | { readonly kind: 'number'; readonly dtype: TensorDtype }
  /** Of that many bytes, up to the first zero. */
  | { readonly kind: 'text'; readonly sizeBytes: number }
  /** Each in a heap, found by 16 bytes. */
  | { readonly kind: 'heapText' }
  /** Anything else, by the number of its class. */
  | { readonly kind: 'other'; readonly class: number };

const CLASS = { integer: 0, float: 1, text: 3, variable: 9 } as const;

const INTEGERS: Readonly<Record<number, TensorDtype>> = { 1: 'int8', 2: 'int16', 4: 'int32', 8: 'int64' };

function floatType(sizeBytes: number, exponentBits: number): TensorDtype | null {
  if (sizeBytes === 2) return exponentBits === 5 ? 'float16' : 'bfloat16';
  if (sizeBytes === 4) return 'float32';
  return sizeBytes === 8 ? 'float64' : null;
}

/** Format: HDF5 File Format Specification, IV.A.2.d. */
export function readHdf5Type(at: Hdf5Cursor): Hdf5Type {
  const typeClass = at.uint8() & 0x0f;
  const flags = at.uint8();
  at.skip(2);
  const sizeBytes = at.uint32();
  const isBigEndian = (flags & 1) === 1;
  const other: Hdf5Type = { kind: 'other', class: typeClass };
  const number = (dtype: TensorDtype | null | undefined): Hdf5Type =>
    dtype ? { kind: 'number', dtype } : other;
  switch (typeClass) {
    case CLASS.integer: {
      const isSigned = (flags & 8) !== 0;
      if (isBigEndian) return other;
      return number(isSigned ? INTEGERS[sizeBytes] : sizeBytes === 1 ? 'uint8' : null);
    }
    case CLASS.float:
      at.skip(5); // where its bits begin, how many, and where the exponent is
      return isBigEndian ? other : number(floatType(sizeBytes, at.uint8()));
    case CLASS.text:
      return { kind: 'text', sizeBytes };
    case CLASS.variable:
      return (flags & 0x0f) === 1 && sizeBytes === 16 ? { kind: 'heapText' } : other;
    default:
      return other;
  }
}

/** Sides of an array; none for a single value, null for no value at all. Format: the same, IV.A.2.b. */
export function readHdf5Shape(at: Hdf5Cursor): readonly number[] | null {
  const version = at.uint8();
  const rank = at.uint8();
  at.skip(1);
  const isNull = version === 2 ? at.uint8() === 2 : false;
  if (version === 1) at.skip(5);
  return isNull ? null : Array.from({ length: rank }, () => at.length());
}
