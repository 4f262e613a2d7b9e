/** One file from bytes to a checked picture. Whatever is wrong with it stays with it: nothing here throws but bugs and missing parts. */
import type { DrawnPicture } from '../../dataset/datasetFormat.ts';
import { MIME_TYPES } from '../../dataset/pictureFormats.ts';
import type { SniffResult } from '../../dataset/sniff.ts';
import type { ContentHash, SkippedFile } from '../../domain/picture.ts';
import type { IntakePicture, IntakeProgress } from '../../rpc/intakeApi.ts';
import { toAppError } from '../../shared/errors.ts';
import { sha256Hex } from '../../shared/sha256.ts';
import { drawOnWhite } from '../features/canvas.ts';
import { canDecode } from '../features/decodable.ts';
import { type DecodedPicture, decodeAs } from '../features/decode.ts';
import type { SourceFile } from './sources.ts';
import { THUMBNAIL_SIDE_PX, toThumbnail } from './thumbnail.ts';

export type Outcome =
  | { readonly kind: 'picture'; readonly picture: IntakePicture }
  /** To be packed with others. */
  | {
      readonly kind: 'drawn';
      readonly picture: DrawnOutcome;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly type: string;
    }
  | { readonly kind: 'toDraw'; readonly drawing: IntakeProgress['toDraw'][number] }
  | { readonly kind: 'skipped'; readonly file: SkippedFile };

/** It is its own thumbnail. */
export type DrawnOutcome = Omit<IntakePicture, 'blob' | 'thumbnail'>;

/** For copies of pictures that the browser itself cannot decode. */
const COPY_QUALITY = 0.95;

/** SHA-256 of a blob in lower-case hex. */
async function hashOf(blob: Blob): Promise<ContentHash> {
  return sha256Hex(new Uint8Array(await blob.arrayBuffer()));
}

/** Checks, hashes and thumbnails a file that was sniffed. */
export async function readPicture(source: SourceFile, blob: Blob, sniffed: SniffResult): Promise<Outcome> {
  const { path } = source;
  const { className, split } = source.placement;
  if (sniffed.kind === 'skip') {
    return { kind: 'skipped', file: { path, reason: sniffed.reason, details: sniffed.details } };
  }
  if (sniffed.kind === 'archive') {
    // Archives that were dropped are open by now: this one lay in another, or is a compressed single file.
    const reason = source.isInArchive ? 'tooDeep' : 'notAPicture';
    return { kind: 'skipped', file: { path, reason, details: {} } };
  }
  try {
    const hash = source.originalHash ?? (await hashOf(blob));
    if (sniffed.format === 'svg')
      return { kind: 'toDraw', drawing: { path, file: blob, hash, className, split } };
    const decoded = await decodeAs(blob, sniffed.format);
    try {
      const { bitmap, isNative } = decoded;
      const picture: IntakePicture = {
        hash,
        name: path.slice(path.lastIndexOf('/') + 1),
        path,
        blob: isNative ? blob.slice(0, blob.size, MIME_TYPES[sniffed.format]) : await toCopy(decoded),
        widthPx: bitmap.width,
        heightPx: bitmap.height,
        thumbnail: await toThumbnail(bitmap),
        className,
        split,
      };
      return { kind: 'picture', picture };
    } finally {
      decoded.bitmap.close();
    }
  } catch (thrown) {
    const error = toAppError(thrown);
    // No fault of the picture.
    if (error.code === 'partMissing') throw error;
    if (error.code === 'unexpected') console.warn('could not read', path, error.cause);
    if (!(await canDecode(sniffed.format))) {
      const details = { format: sniffed.format.toUpperCase() };
      return { kind: 'skipped', file: { path, reason: 'notInThisBrowser', details } };
    }
    return { kind: 'skipped', file: { path, reason: 'unreadable', details: {} } };
  }
}

/**
 * A small picture that was made of raw pixels, which is its own thumbnail: tens of thousands come in one set, and there is
 * nothing to check.
 */
export async function readDrawn(
  { path, placement: { className, split } }: SourceFile,
  { type, widthPx, heightPx, toBytes }: DrawnPicture,
): Promise<Outcome> {
  const bytes = toBytes();
  const name = path.slice(path.lastIndexOf('/') + 1);
  const about = { name, path, widthPx, heightPx, className, split };
  return { kind: 'drawn', picture: { ...about, hash: await sha256Hex(bytes) }, bytes, type };
}

/** Whether `readDrawn` does for it. */
export function isSmall({ widthPx, heightPx }: DrawnPicture): boolean {
  return Math.max(widthPx, heightPx) <= THUMBNAIL_SIDE_PX;
}

async function toCopy({ bitmap }: DecodedPicture): Promise<Blob> {
  const canvas = drawOnWhite(bitmap, bitmap.width, bitmap.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: COPY_QUALITY });
}
