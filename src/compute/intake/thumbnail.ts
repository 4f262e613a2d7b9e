/** Small copies for the grid: ten thousand of them must fit into memory and storage. */
import { drawOnWhite } from '../features/canvas.ts';

export const THUMBNAIL_SIDE_PX = 160;
const QUALITY = 0.8;

/** WebP, or JPEG where the browser cannot write WebP; longer side at most 160 px, never enlarged. */
export async function toThumbnail(bitmap: ImageBitmap): Promise<Blob> {
  const shrink = Math.min(1, THUMBNAIL_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = drawOnWhite(
    bitmap,
    Math.max(1, Math.round(bitmap.width * shrink)),
    Math.max(1, Math.round(bitmap.height * shrink)),
  );
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
  return webp.type === 'image/webp' ? webp : canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
