/** Files within a zip, for every format that is one: listed and unpacked under limits, since a zip may claim anything. */

import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js';
import { allocateBytes } from '../shared/allocate.ts';
import { tooLarge } from './networkLimits.ts';
import { toUnreadable, unreadable } from './unreadable.ts';

const MAX_ENTRIES = 5_000;

/** Weights hardly shrink; what unpacks to many times its size is not one of them. */
const MAX_EXPANSION = 20;
/** Texts shrink more, and small files as a whole: so much is always allowed. */
const FREE_BYTES = 128 * 1024 * 1024;

// We are in a worker already. Weights do not shrink, so nothing is deflated.
export const ZIP_OPTIONS = { useWebWorkers: false, level: 0 } as const;

/** The caller closes it. */
export function openZipFile(file: Blob): ZipReader<Blob> {
  return new ZipReader(new BlobReader(file), ZIP_OPTIONS);
}

/** All files, folders left out. Names only find files; they are never paths. @throws AppError modelFileUnreadable */
export async function listZipFiles(zip: ZipReader<Blob>): Promise<FileEntry[]> {
  const files: FileEntry[] = [];
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (!entry.directory) files.push(entry);
      if (files.length > MAX_ENTRIES) throw unreadable('too many files');
    }
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
  return files;
}

/**
 * That all files together unpack to a size that the zip itself makes believable.
 * @throws AppError modelFileTooLarge
 */
export function checkUnpackedSize(files: readonly FileEntry[], zipBytes: number): void {
  const unpackedBytes = files.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpackedBytes > MAX_EXPANSION * zipBytes + FREE_BYTES) {
    throw tooLarge(`${zipBytes} bytes unpack to ${unpackedBytes}`);
  }
}

/**
 * One file unpacked. What it says of its size is believed for the buffer only up to the limit, and checked against the
 * bytes.
 * @throws AppError modelFileUnreadable, modelFileTooLarge
 */
export async function readZipFile(entry: FileEntry, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const sizeBytes = entry.uncompressedSize;
  if (entry.encrypted) throw unreadable(`${entry.filename} is encrypted`);
  if (sizeBytes > limitBytes) throw tooLarge(`${entry.filename}: ${sizeBytes} bytes`);
  const bytes = allocateBytes(sizeBytes);
  let filled = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (filled + chunk.length > sizeBytes) throw unreadable(`${entry.filename} is longer than it says`);
      bytes.set(chunk, filled);
      filled += chunk.length;
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, checkCrc32: true });
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
  if (filled !== sizeBytes) throw unreadable(`${entry.filename} is shorter than it says`);
  return bytes;
}
