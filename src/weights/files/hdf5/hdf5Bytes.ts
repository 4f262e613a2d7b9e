/** The structures of an HDF5 file lie in small pieces all over it: they are read by pages, and no more than a budget. */
import { oversizedWeights } from '../fileErrors.ts';
import { readSlice } from '../fileSlice.ts';
import { createHdf5Cursor, type Hdf5Cursor } from './hdf5Cursor.ts';

const PAGE_BYTES = 8192;
/** Half a megabyte. */
const KEPT_PAGES = 64;
/** Of one structure; the largest of Keras, a heap of names, has a twentieth. */
const MAX_STRUCTURE_BYTES = 4 * 1024 * 1024;
/** Of all together, each as often as it is read. A network of a thousand layers takes two. */
const BUDGET_BYTES = 64 * 1024 * 1024;

export interface Hdf5Bytes {
  readonly blob: Blob;
  /**
   * One structure of the file. Everything that walks through a file comes through here, so that a file that goes in
   * circles ends with the budget.
   * @param place what lies there, for the sentence of the error
   * @throws AppError weightsFileDamaged past the end of the file, weightsFileTooLarge
   */
  cursor(address: number, sizeBytes: number, place: string): Promise<Hdf5Cursor>;
}

export function createHdf5Bytes(blob: Blob): Hdf5Bytes {
  const pages = new Map<number, Uint8Array<ArrayBuffer>>();
  let leftBytes = BUDGET_BYTES;

  async function pageAt(index: number, place: string): Promise<Uint8Array<ArrayBuffer>> {
    const kept = pages.get(index);
    if (kept) return kept;
    const start = index * PAGE_BYTES;
    const page = new Uint8Array(await readSlice(blob, start, Math.min(start + PAGE_BYTES, blob.size), place));
    const [oldest] = pages.keys();
    if (pages.size >= KEPT_PAGES && oldest !== undefined) pages.delete(oldest);
    pages.set(index, page);
    return page;
  }

  return {
    blob,
    async cursor(address, sizeBytes, place) {
      // As much as a page is charged at least: reading it is what takes time.
      leftBytes -= Math.max(sizeBytes, 64);
      if (sizeBytes > MAX_STRUCTURE_BYTES || leftBytes < 0)
        throw oversizedWeights(place, `${sizeBytes} bytes`);
      const index = Math.floor(address / PAGE_BYTES);
      const start = address - index * PAGE_BYTES;
      const isWithinPage = start + sizeBytes <= PAGE_BYTES && address + sizeBytes <= blob.size;
      const bytes = isWithinPage
        ? (await pageAt(index, place)).subarray(start, start + sizeBytes)
        : new Uint8Array(await readSlice(blob, address, address + sizeBytes, place));
      return createHdf5Cursor(bytes, place);
    },
  };
}
