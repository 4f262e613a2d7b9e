/** From a file's bytes to upright, opaque pixels, or to a named error: nothing else in the program decodes pictures. */
import { MIME_TYPES, type PictureFormat } from '../../dataset/pictureFormats.ts';
import { sniff } from '../../dataset/sniff.ts';
import { AppError } from '../../shared/errors.ts';
import { importPart } from '../../shared/importPart.ts';
import { drawOnWhite } from './canvas.ts';

/** Canvases beyond this side fail in some browsers. */
const MAX_CANVAS_SIDE_PX = 16_384;

/**
 * Decodes a picture of any format that Headstart reads, except SVG, which only the page can draw.
 * Turned as its EXIF data says, the first frame of an animation, white where it is transparent, in sRGB.
 * The caller closes the bitmap.
 * @throws AppError `pictureUnreadable`; `pictureTooLarge` with `width`, `height` and `limit`, without decoding
 */
export async function decodePicture(blob: Blob): Promise<ImageBitmap> {
  const found = await sniff(blob);
  if (found.kind === 'picture') return (await decodeAs(blob, found.format)).bitmap;
  if (found.kind === 'skip' && found.reason === 'tooLarge')
    throw new AppError('pictureTooLarge', found.details);
  throw new AppError('pictureUnreadable');
}

export interface DecodedPicture {
  readonly bitmap: ImageBitmap;
  /** False where the browser itself cannot decode the file, so that others need a copy that it can. */
  readonly isNative: boolean;
}

/**
 * `decodePicture` for a file that was sniffed already, and found not too large.
 * @throws AppError `pictureUnreadable`
 */
export async function decodeAs(blob: Blob, format: PictureFormat): Promise<DecodedPicture> {
  // The type says what the bytes are, since some browsers believe it, and file names lie.
  const typed = blob.slice(0, blob.size, MIME_TYPES[format]);
  if (format === 'heic') return decodeHeic(typed);
  const bitmap = await decodeNative(typed);
  return { bitmap: format === 'jpeg' ? bitmap : toOpaque(bitmap), isNative: true };
}

async function decodeNative(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (thrown) {
    throw new AppError('pictureUnreadable', {}, { cause: thrown });
  }
}

async function decodeHeic(blob: Blob): Promise<DecodedPicture> {
  const native = await createImageBitmap(blob, { imageOrientation: 'from-image' }).catch(() => null);
  if (native) return { bitmap: toOpaque(native), isNative: true };
  try {
    // Three megabytes that only owners of such pictures need, and Safari never. It runs in a worker of its own.
    const { heicTo } = await importPart(() => import('heic-to/csp'));
    return { bitmap: toOpaque(await heicTo({ blob, type: 'bitmap' })), isNative: false };
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : new AppError('pictureUnreadable', {}, { cause: thrown });
  }
}

/** Lays white under a bitmap and closes the one given. */
function toOpaque(bitmap: ImageBitmap): ImageBitmap {
  const shrink = Math.min(1, MAX_CANVAS_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const widthPx = Math.max(1, Math.round(bitmap.width * shrink));
  const heightPx = Math.max(1, Math.round(bitmap.height * shrink));
  try {
    return drawOnWhite(bitmap, widthPx, heightPx).transferToImageBitmap();
  } finally {
    bitmap.close();
  }
}
