/** Pictures that binary sets made of raw pixels, read without a decoder: many in one go, at the size that they have. */
import { BMP_TYPE, bmpSizeBytes, fromBmp } from '../../dataset/binary/bmp.ts';

/**
 * @param type MIME type of the bytes
 * @param sizePx of both sides
 * @param into `[sizePx, sizePx, 3]`, written over and returned; new where it is left out
 * @returns its colours `[sizePx, sizePx, 3]`, 0–255, as decoding would give them; null for one of another kind or size, or
 *   that cannot be read: whoever decodes it knows
 */
export function toRawPixels(
  bytes: Uint8Array,
  type: string,
  sizePx: number,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  const sides = { widthPx: sizePx, heightPx: sizePx };
  return type === BMP_TYPE && bytes.length === bmpSizeBytes(sides) ? fromBmp(bytes, sides, into) : null;
}

/** The same of each blob. @param sizePx of both sides */
export async function readRawPixels(
  blobs: readonly Blob[],
  sizePx: number,
): Promise<readonly (Uint8Array<ArrayBuffer> | null)[]> {
  const length = bmpSizeBytes({ widthPx: sizePx, heightPx: sizePx });
  const isRaw = (blob: Blob) => blob.type === BMP_TYPE && blob.size === length;
  // One read for all: each has a price of its own, which is more than that of so few bytes.
  const bytes = await new Blob(blobs.filter(isRaw)).arrayBuffer().catch(() => null);
  if (!bytes) return blobs.map(() => null);
  let at = 0;
  return blobs.map((blob) => {
    if (!isRaw(blob)) return null;
    at += length;
    return toRawPixels(new Uint8Array(bytes, at - length, length), blob.type, sizePx);
  });
}
