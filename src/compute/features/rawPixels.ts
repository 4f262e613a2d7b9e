/** Pictures that binary sets made of raw pixels, read without a decoder: many in one go, at the size that they have. */
import { BMP_TYPE, bmpSizeBytes, fromBmp } from '../../dataset/binary/bmp.ts';

/**
 * @param sizePx of both sides
 * @returns for each its colours `[sizePx, sizePx, 3]`, 0–255, as decoding would give them; null for one of another kind or
 *   size, or that cannot be read: whoever decodes it knows
 */
export async function readRawPixels(
  blobs: readonly Blob[],
  sizePx: number,
): Promise<readonly (Uint8Array | null)[]> {
  const sides = { widthPx: sizePx, heightPx: sizePx };
  const length = bmpSizeBytes(sides);
  const isRaw = (blob: Blob) => blob.type === BMP_TYPE && blob.size === length;
  // One read for all: each has a price of its own, which is more than that of so few bytes.
  const bytes = await new Blob(blobs.filter(isRaw)).arrayBuffer().catch(() => null);
  if (!bytes) return blobs.map(() => null);
  let at = 0;
  return blobs.map((blob) => {
    if (!isRaw(blob)) return null;
    at += length;
    return fromBmp(new Uint8Array(bytes, at - length, length), sides);
  });
}
