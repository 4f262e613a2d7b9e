/** Float16 is how weights travel and rest; float32 is how they compute. Whole arrays at once, since there are 25 million. */

import { Float16Array, getFloat16 } from '@petamoriken/float16';
import { allocate, allocateFloats } from './allocate.ts';

let table: Float32Array | null = null;

/** The float32 of each of the 65,536 bit patterns: one look-up a value is several times faster than arithmetic. */
function decodeTable(): Float32Array {
  if (table) return table;
  const view = new DataView(new ArrayBuffer(2));
  const built = new Float32Array(65_536);
  for (let bits = 0; bits < built.length; bits++) {
    view.setUint16(0, bits, true);
    built[bits] = getFloat16(view, 0, true);
  }
  table = built;
  return built;
}

/** IEEE 754 binary16 bit patterns → float32 values, exact for all of them. */
export function decodeHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const lookup = decodeTable();
  const values = allocateFloats(bits.length);
  for (let i = 0; i < bits.length; i++) {
    values[i] = lookup[bits[i] as number] as number;
  }
  return values;
}

/** Values → binary16 bit patterns, rounded to nearest, ties to even. Beyond ±65,504 they become infinite. */
export function encodeHalf(values: Float32Array | Float64Array): Uint16Array<ArrayBuffer> {
  return allocate(() => new Uint16Array(new Float16Array(values).buffer));
}
