/** Weights that came as float16 leave as float16: half the bytes, and not one bit lost. */
import { decodeHalf, encodeHalf } from '../shared/half.ts';

/** The largest number that float16 has. */
const HALF_MAX = 65_504;

/** Whether rounding to float16 leaves every number finite. */
export function fitsFloat16(values: Float32Array): boolean {
  return values.every((value) => Math.abs(value) <= HALF_MAX);
}

/**
 * The values as float16 bits, or null if any of them would change.
 * NaN and infinities are never written as float16: they are faults that should show.
 */
export function toFloat16IfExact(values: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> | null {
  // Most weights that do not fit show it at once; only those that do are worth encoding whole.
  const isExact = (part: Float32Array<ArrayBuffer>) => {
    const halves = encodeHalf(part);
    const back = decodeHalf(halves);
    return part.every((value, i) => Number.isFinite(value) && Object.is(value, back[i])) ? halves : null;
  };
  return isExact(values.subarray(0, 64)) && isExact(values);
}
