/**
 * Raw pixels as a picture that every browser draws: an uncompressed BMP of 24 bits. Nothing is lost, nothing is computed,
 * and no package is needed. Layout: BITMAPFILEHEADER and BITMAPINFOHEADER of Windows.
 */
import { allocateBytes } from '../../shared/allocate.ts';

/** Eight bits a value. The value of a channel of a pixel stands at `x * strides.x + y * strides.y + channel * strides.channel`. */
export interface RawPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly values: Uint8Array;
  readonly strides: RawStrides;
}

export interface RawStrides {
  readonly x: number;
  readonly y: number;
  /** 0 where there is one channel: it is red, green and blue then. */
  readonly channel: number;
}

const HEADER_BYTES = 54;

/** Rows are filled up to a multiple of four bytes. */
function rowBytes(widthPx: number): number {
  return Math.ceil((widthPx * 3) / 4) * 4;
}

/** Of the file that `toBmp` makes. */
export function bmpSizeBytes({ widthPx, heightPx }: Pick<RawPicture, 'widthPx' | 'heightPx'>): number {
  return HEADER_BYTES + rowBytes(widthPx) * heightPx;
}

export const BMP_TYPE = 'image/bmp';

/**
 * The colours of a file that `toBmp` made, `[heightPx, widthPx, 3]`; null for any other.
 * @param bytes whose length is that of `bmpSizeBytes`
 * @param into written over and returned, of the same length; new where it is left out
 */
export function fromBmp(
  bytes: Uint8Array,
  { widthPx, heightPx }: Pick<RawPicture, 'widthPx' | 'heightPx'>,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOurs =
    bytes.length === bmpSizeBytes({ widthPx, heightPx }) &&
    view.getUint16(0) === 0x424d &&
    view.getUint32(10, true) === HEADER_BYTES &&
    view.getInt32(18, true) === widthPx &&
    view.getInt32(22, true) === heightPx &&
    view.getUint16(28, true) === 24 &&
    view.getUint32(30, true) === 0;
  if (!isOurs) return null;
  const values = into ?? allocateBytes(widthPx * heightPx * 3);
  let to = 0;
  for (let y = 0; y < heightPx; y++) {
    let from = HEADER_BYTES + (heightPx - 1 - y) * rowBytes(widthPx);
    for (let x = 0; x < widthPx; x++) {
      values[to++] = bytes[from + 2] ?? 0;
      values[to++] = bytes[from + 1] ?? 0;
      values[to++] = bytes[from] ?? 0;
      from += 3;
    }
  }
  return values;
}

/** The bytes of the file. @throws AppError `outOfMemory` */
export function toBmp(picture: RawPicture): Uint8Array<ArrayBuffer> {
  const { widthPx, heightPx, values, strides } = picture;
  const bytes = allocateBytes(bmpSizeBytes(picture));
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER_BYTES, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, widthPx, true);
  view.setInt32(22, heightPx, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, bytes.length - HEADER_BYTES, true);
  for (let y = 0; y < heightPx; y++) {
    // The last row comes first.
    let to = HEADER_BYTES + (heightPx - 1 - y) * rowBytes(widthPx);
    for (let x = 0; x < widthPx; x++) {
      const from = x * strides.x + y * strides.y;
      bytes[to++] = values[from + 2 * strides.channel] ?? 0;
      bytes[to++] = values[from + strides.channel] ?? 0;
      bytes[to++] = values[from] ?? 0;
    }
  }
  return bytes;
}
