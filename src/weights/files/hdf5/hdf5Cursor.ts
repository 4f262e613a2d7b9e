/** Steps through one structure of an HDF5 file: no step leaves the bytes that were read for it. */
import { damagedWeights } from '../fileErrors.ts';

/** The address of what is not there: all bits set. */
const UNDEFINED = 0xffff_ffff_ffff_ffffn;

export interface Hdf5Cursor {
  readonly left: number;
  uint8(): number;
  uint16(): number;
  uint32(): number;
  /** A length of eight bytes. */
  length(): number;
  /** A length whose own size a file says by its power of two: 0 to 3 for one to eight bytes. */
  sizedLength(power: number): number;
  /** An address of eight bytes; null for none. */
  address(): number | null;
  /** The next bytes: a view, not a copy. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  skip(count: number): void;
  /** Steps over four letters that must be these. */
  signature(letters: string): void;
}

/** All of it throws AppError weightsFileDamaged where the bytes end, or hold something else. */
export function createHdf5Cursor(source: Uint8Array<ArrayBuffer>, place: string): Hdf5Cursor {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;

  function take(count: number): number {
    if (!(count >= 0 && count <= source.length - at)) {
      throw damagedWeights(place, `${count} bytes asked for at ${at} of ${source.length}`);
    }
    const start = at;
    at += count;
    return start;
  }
  function bytes(count: number): Uint8Array<ArrayBuffer> {
    const start = take(count);
    return source.subarray(start, start + count);
  }
  const wide = () => view.getBigUint64(take(8), true);
  const uint8 = () => view.getUint8(take(1));
  const uint16 = () => view.getUint16(take(2), true);
  const uint32 = () => view.getUint32(take(4), true);
  // Beyond 2⁵³ it is no longer exact, and beyond every file.
  const length = () => Number(wide());

  return {
    get left() {
      return source.length - at;
    },
    uint8,
    uint16,
    uint32,
    length,
    sizedLength: (power) => ([uint8, uint16, uint32][power] ?? length)(),
    address() {
      const value = wide();
      return value === UNDEFINED ? null : Number(value);
    },
    bytes,
    skip: (count) => void take(count),
    signature(letters) {
      const found = String.fromCharCode(...bytes(letters.length));
      if (found !== letters) throw damagedWeights(place, `no ${letters}`);
    },
  };
}
