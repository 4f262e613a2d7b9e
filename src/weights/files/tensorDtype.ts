/** Types of numbers that files of weights hold, all little-endian, and what they are as float32. */
import { allocateFloats } from '../../shared/allocate.ts';
import { decodeHalf } from '../../shared/half.ts';

/** Bytes of one number. */
export const DTYPE_BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;

export type TensorDtype = keyof typeof DTYPE_BYTES;

/** float32 without the lower half of its bits. */
function decodeBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = allocateFloats(bits.length);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16;
  return values;
}

function fromNumbers(numbers: ArrayLike<number | bigint>): Float32Array<ArrayBuffer> {
  const values = allocateFloats(numbers.length);
  for (let i = 0; i < numbers.length; i++) values[i] = Number(numbers[i]);
  return values;
}

/**
 * Little-endian bytes as float32, rounded to nearest where the type is wider. Of float32 it is a view, not a copy.
 * @param buffer of a whole count of numbers
 */
export function toFloats(buffer: ArrayBuffer, dtype: TensorDtype): Float32Array<ArrayBuffer> {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return decodeHalf(new Uint16Array(buffer));
    case 'bfloat16':
      return decodeBfloat16(new Uint16Array(buffer));
    case 'float64':
      return fromNumbers(new Float64Array(buffer));
    case 'int64':
      return fromNumbers(new BigInt64Array(buffer));
    case 'int32':
      return fromNumbers(new Int32Array(buffer));
    case 'int16':
      return fromNumbers(new Int16Array(buffer));
    case 'int8':
      return fromNumbers(new Int8Array(buffer));
    case 'uint8':
    case 'bool':
      return fromNumbers(new Uint8Array(buffer));
  }
}
