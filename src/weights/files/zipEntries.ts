/** Files within a zip as Blobs: what lies unpacked is a slice of it, what is packed is unpacked under limits. */
import type { FileEntry } from '@zip.js/zip.js';
import { importPart } from '../../shared/importPart.ts';
import { damagedWeights, oversizedWeights, toDamaged, unsupportedWeights } from './fileErrors.ts';
import { readSlice } from './fileSlice.ts';

const MAX_ENTRIES = 20_000;
const STORED = 0;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 0x04034b50;
/** Weights hardly shrink; what unpacks to many times the size of the whole zip is not one of them. */
const MAX_EXPANSION = 20;
/** Texts shrink more, and small files as a whole: so much is always allowed. */
const FREE_BYTES = 16 * 1024 * 1024;

export interface ZippedFile {
  readonly name: string;
  /** As the zip says. */
  readonly sizeBytes: number;
  /**
   * Its content. One that lies unpacked is a part of the zip and takes no memory.
   * @throws AppError weightsFileDamaged, weightsFileTooLarge, weightsFileUnsupported
   */
  toBlob(): Promise<Blob>;
}

/** Whether a file begins like a zip. */
export function isZipHead(head: Uint8Array): boolean {
  return [0x50, 0x4b, 0x03, 0x04].every((byte, index) => head[index] === byte);
}

/**
 * The files of a zip by their names, folders left out. Names only find files; they are never paths.
 * @throws AppError weightsFileDamaged, weightsFileTooLarge, partMissing
 */
export async function listZip(blob: Blob): Promise<ReadonlyMap<string, ZippedFile>> {
  const { BlobReader, ZipReader } = await importPart(() => import('@zip.js/zip.js'));
  const reader = new ZipReader(new BlobReader(blob), { useWebWorkers: false });
  const files = new Map<string, ZippedFile>();
  const budget = { leftBytes: MAX_EXPANSION * blob.size + FREE_BYTES };
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory) continue;
      if (files.has(entry.filename)) throw damagedWeights(entry.filename, 'two files of one name');
      if (files.size >= MAX_ENTRIES) throw oversizedWeights(entry.filename, `more than ${MAX_ENTRIES} files`);
      const { filename: name, uncompressedSize: sizeBytes } = entry;
      files.set(name, { name, sizeBytes, toBlob: () => toBlob(blob, entry, budget) });
    }
    await reader.close();
  } catch (thrown) {
    throw toDamaged('zip', thrown);
  }
  return files;
}

async function toBlob(zip: Blob, entry: FileEntry, budget: { leftBytes: number }): Promise<Blob> {
  if (entry.encrypted) throw unsupportedWeights(`${entry.filename} (password)`);
  return entry.compressionMethod === STORED ? storedBlob(zip, entry) : unpacked(entry, budget);
}

/** What a local header says of the lengths before the content may differ from the zip's list: it is read. */
async function storedBlob(zip: Blob, entry: FileEntry): Promise<Blob> {
  const { filename, offset, uncompressedSize, compressedSize } = entry;
  const header = new DataView(await readSlice(zip, offset, offset + LOCAL_HEADER_BYTES, filename));
  const start = offset + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const end = start + uncompressedSize;
  if (
    header.getUint32(0, true) !== LOCAL_HEADER ||
    uncompressedSize !== compressedSize ||
    !(end <= zip.size)
  ) {
    throw damagedWeights(filename, `${uncompressedSize} bytes at ${start} of ${zip.size}`);
  }
  return zip.slice(start, end);
}

/** Unpacks one file, counting: neither its size nor that of all together is believed. */
async function unpacked(entry: FileEntry, budget: { leftBytes: number }): Promise<Blob> {
  const { filename, uncompressedSize } = entry;
  if (uncompressedSize > budget.leftBytes) throw oversizedWeights(filename, `${uncompressedSize} bytes`);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      sizeBytes += chunk.byteLength;
      budget.leftBytes -= chunk.byteLength;
      if (sizeBytes > uncompressedSize) throw damagedWeights(filename, 'longer than the zip says');
      if (budget.leftBytes < 0) throw oversizedWeights(filename, 'unpacks to far more than it is');
      chunks.push(chunk);
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, checkCrc32: true });
  } catch (thrown) {
    throw toDamaged(filename, thrown);
  }
  if (sizeBytes !== uncompressedSize) throw damagedWeights(filename, 'shorter than the zip says');
  return new Blob(chunks);
}
