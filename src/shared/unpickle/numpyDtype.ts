/** The types of numbers that NumPy writes, in pickles and in `.npy` files alike, and how one number of them is read. */

export interface NumpyDtype {
  /** b: true or false, u and i: integers without and with a sign, f: floating point. */
  readonly numberKind: 'b' | 'u' | 'i' | 'f';
  readonly itemBytes: number;
  readonly isLittleEndian: boolean;
}

/** An array as it was written. */
export interface NumpyContent {
  readonly dtype: NumpyDtype;
  readonly shape: readonly number[];
  /** The first axis runs fastest, not the last. */
  readonly isFortran: boolean;
  /** As many as shape and type say. */
  readonly bytes: Uint8Array;
}

const SIZES: Readonly<Record<NumpyDtype['numberKind'], readonly number[]>> = {
  ...{ b: [1], u: [1, 2, 4, 8], i: [1, 2, 4, 8], f: [4, 8] },
};

/** Of `|u1`, `<i8`, `f4` and such; null of anything else: objects, texts, records. */
export function parseNumpyDtype(descr: string): NumpyDtype | null {
  const [, order, kind, size] = /^([<>|=]?)([buif])(\d)$/.exec(descr) ?? [];
  const numberKind = (['b', 'u', 'i', 'f'] as const).find((one) => one === kind);
  if (!numberKind || !SIZES[numberKind].includes(Number(size))) return null;
  return { numberKind, itemBytes: Number(size), isLittleEndian: order !== '>' };
}

/** As many as NumPy allows. */
const MAX_AXES = 64;

/** How many numbers an array of a shape has; null if the shape is none. */
export function countOfShape(shape: readonly unknown[]): number | null {
  if (shape.length > MAX_AXES) return null;
  let count = 1;
  for (const side of shape) {
    if (typeof side !== 'number' || !Number.isInteger(side) || side < 0) return null;
    count *= side;
  }
  return Number.isSafeInteger(count) ? count : null;
}

/** The number at a byte; integers beyond 2⁵³ lose their last digits. */
export function readNumpyNumber(view: DataView, at: number, dtype: NumpyDtype): number {
  const { numberKind, itemBytes, isLittleEndian } = dtype;
  if (numberKind === 'f')
    return itemBytes === 4 ? view.getFloat32(at, isLittleEndian) : view.getFloat64(at, isLittleEndian);
  const isSigned = numberKind === 'i';
  if (itemBytes === 1) return isSigned ? view.getInt8(at) : view.getUint8(at);
  if (itemBytes === 2)
    return isSigned ? view.getInt16(at, isLittleEndian) : view.getUint16(at, isLittleEndian);
  if (itemBytes === 4)
    return isSigned ? view.getInt32(at, isLittleEndian) : view.getUint32(at, isLittleEndian);
  return Number(isSigned ? view.getBigInt64(at, isLittleEndian) : view.getBigUint64(at, isLittleEndian));
}
