/** Looks at the head of a file before anything is decoded: a header that claims 60000×60000 must never reach a decoder. */
import { imageSize } from 'image-size';
import type { SkipReason } from '../domain/picture.ts';
import { toAppError } from '../shared/errors.ts';
import { type DatasetClues, DETECT_BYTES } from './datasetFormat.ts';
import { detectByMagic, detectByText, type PictureFormat } from './pictureFormats.ts';

/** Pictures of more pixels (width × height) are never decoded: at 4 bytes a pixel, 480 MB. */
export const MAX_PIXELS = 120_000_000;

/** No camera writes such a file; reading one whole for its hash could take the tab down. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

export type SniffResult =
  | {
      readonly kind: 'picture';
      readonly format: PictureFormat;
      /** As stored, before any EXIF rotation; 0 for SVG, which has no pixels of its own. */
      readonly widthPx: number;
      readonly heightPx: number;
    }
  /** Something that looks like a data set in one file. */
  | { readonly kind: 'archive' }
  | {
      readonly kind: 'skip';
      readonly reason: SkipReason;
      readonly details: Readonly<Record<string, string | number>>;
    };

/** Where the size may stand behind much else (EXIF, colour profile, thumbnails), it is looked for in ever more bytes. */
const HEAD_BYTES = [64 * 1024, 1024 * 1024, 16 * 1024 * 1024] as const;

/** First `count` bytes of a blob, or all of them. */
export async function readHead(blob: Blob, count: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(0, count).arrayBuffer());
}

function measure(head: Uint8Array, format: PictureFormat): { width: number; height: number } | null {
  let input = head;
  if (format === 'heic' || format === 'avif') {
    // image-size knows few of the brands; all are laid out like `mif1`.
    input = head.slice();
    input.set([0x6d, 0x69, 0x66, 0x31], 8);
  }
  try {
    const { width, height } = imageSize(input);
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    // The parser throws as soon as it runs off the end: with more bytes it may succeed, else the file is broken.
    return null;
  }
}

/**
 * Tells what a file is, and how large a picture, from its bytes alone. Nothing is decoded.
 * Reads that fail (a file that vanished) count as `unreadable`.
 * @param isDataset `isDatasetLike` for whoever wants archives told from other files: workers that only decode
 *   pictures do without the readers of archives
 */
export async function sniff(
  blob: Blob,
  isDataset: (clues: DatasetClues) => boolean = () => false,
): Promise<SniffResult> {
  try {
    return await look(blob, isDataset);
  } catch (thrown) {
    return { kind: 'skip', reason: 'unreadable', details: { message: toAppError(thrown).message } };
  }
}

async function look(blob: Blob, isDataset: (clues: DatasetClues) => boolean): Promise<SniffResult> {
  if (blob.size === 0) return { kind: 'skip', reason: 'empty', details: {} };
  let head = await readHead(blob, HEAD_BYTES[0]);
  const start = head.subarray(0, DETECT_BYTES);
  let found = detectByMagic(start);
  if (!found && isDataset({ head: start, sizeBytes: blob.size })) return { kind: 'archive' };
  found ??= detectByText(start);
  if (found.kind === 'other') return { kind: 'skip', reason: 'notAPicture', details: {} };
  if (found.kind === 'unsupported') {
    return { kind: 'skip', reason: 'unsupportedFormat', details: { format: found.format } };
  }
  const { format } = found;
  if (blob.size > MAX_FILE_BYTES) {
    return {
      kind: 'skip',
      reason: 'tooLarge',
      details: { sizeBytes: blob.size, limitBytes: MAX_FILE_BYTES },
    };
  }
  if (format === 'svg') return { kind: 'picture', format, widthPx: 0, heightPx: 0 };
  for (const count of HEAD_BYTES) {
    if (count > HEAD_BYTES[0]) head = await readHead(blob, count);
    const size = measure(head, format);
    if (size) return judge(format, size.width, size.height);
    if (blob.size <= count) break;
  }
  return { kind: 'skip', reason: 'unreadable', details: {} };
}

function judge(format: PictureFormat, widthPx: number, heightPx: number): SniffResult {
  return widthPx * heightPx > MAX_PIXELS
    ? { kind: 'skip', reason: 'tooLarge', details: { width: widthPx, height: heightPx, limit: MAX_PIXELS } }
    : { kind: 'picture', format, widthPx, heightPx };
}
