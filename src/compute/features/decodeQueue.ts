/** Lets decoding begin where there is room for its pixels: a few large pictures at once fill the memory of a tab. */
import type { PictureFormat } from '../../dataset/pictureFormats.ts';
import { type SniffResult, sniff } from '../../dataset/sniff.ts';
import type { ExtractorPicture } from './extractorApi.ts';

export interface DecodeQueue {
  /**
   * Does the work as soon as so many bytes are free, first come, first served. What is larger than the whole budget
   * is done alone.
   */
  run<Result>(bytes: number, work: () => Promise<Result>): Promise<Result>;
}

export function createDecodeQueue(budgetBytes: number): DecodeQueue {
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  let usedBytes = 0;

  function beginNext(): void {
    for (let [next] = waiting; next; [next] = waiting) {
      if (usedBytes > 0 && usedBytes + next.bytes > budgetBytes) return;
      usedBytes += next.bytes;
      waiting.shift();
      next.begin();
    }
  }

  return {
    async run(bytes, work) {
      if (bytes <= 0) return work();
      await new Promise<void>((begin) => {
        waiting.push({ bytes, begin });
        beginNext();
      });
      try {
        return await work();
      } finally {
        usedBytes -= bytes;
        beginNext();
      }
    },
  };
}

/** How many times the pixels are in memory while a picture is decoded: white is laid under what may be transparent. */
const COPIES: Readonly<Record<PictureFormat, number>> = {
  ...{ jpeg: 1, png: 2, webp: 2, gif: 2, bmp: 2, avif: 2, svg: 0 },
  heic: 3, // by a decoder in WebAssembly, where the browser has none
};

/** What decoding a file takes that was sniffed: its pixels, four bytes each, and the file itself. */
export function decodedBytesOf(sniffed: SniffResult, fileBytes: number): number {
  if (sniffed.kind !== 'picture') return 0;
  return 4 * sniffed.widthPx * sniffed.heightPx * COPIES[sniffed.format] + fileBytes;
}

/** The same of what is handed to an extractor. A camera's frame is decoded already. */
export async function decodedBytesOfPicture(picture: ExtractorPicture): Promise<number> {
  if (picture instanceof ImageBitmap) return 0;
  if (picture instanceof Blob) return decodedBytesOf(await sniff(picture), picture.size);
  const blobs = [picture.blob, ...(picture.partner ? [picture.partner.blob] : [])];
  // Both are open while they are mixed.
  const bytes = await Promise.all(blobs.map(decodedBytesOfPicture));
  return bytes.reduce((sum, one) => sum + one, 0);
}
