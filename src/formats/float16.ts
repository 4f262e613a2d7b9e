/** Weights that came as float16 leave as float16: half the bytes, and not one bit lost. */

/**
 * The values as float16 bits, or null if any of them would change.
 * NaN and infinities are never written as float16: they are faults that should show.
 */
export function toFloat16IfExact(values: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> | null {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const half = toHalf(bits[i] ?? 0);
    if (half < 0) return null;
    halves[i] = half;
  }
  return halves;
}

/** float16 bits as float32 values, subnormals and infinities included (IEEE 754-2008, binary16). */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = decodeTable();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] ?? 0] ?? 0;
  return values;
}

/** float32 bits as float16 bits, or -1 if the number has none. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0 && fraction === 0) return sign;
  if (exponent >= 113 && exponent <= 142) {
    return (fraction & 0x1fff) === 0 ? sign | ((exponent - 112) << 10) | (fraction >>> 13) : -1;
  }
  if (exponent >= 103 && exponent <= 112) {
    // Subnormal in float16: the leading 1, implied in float32, becomes a bit of the fraction.
    const shift = 126 - exponent;
    const significand = fraction | 0x800000;
    return (significand & ((1 << shift) - 1)) === 0 ? sign | (significand >>> shift) : -1;
  }
  return -1;
}

let table: Float32Array | null = null;

/** The value of each of the 65,536 bit patterns. */
function decodeTable(): Float32Array {
  if (table) return table;
  table = new Float32Array(0x10000);
  for (let half = 0; half < 0x10000; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    table[half] =
      exponent === 0
        ? sign * fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? sign * Number.POSITIVE_INFINITY
            : Number.NaN
          : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}
