/** How binary sets go through the files that they are made of. */
import { AppError } from '../../shared/errors.ts';
import { type FileSource, type PackedFile, tooMuch } from '../datasetFormat.ts';
import { createByteReader } from './byteReader.ts';

/** Without folders. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** With the `/` behind it; empty where there is none. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A dropped file, of which a picture of any size may be asked for. */
export function toPackedFile(path: string, file: Blob): PackedFile {
  return { path, sizeBytes: file.size, getBlob: async () => file, stream: () => file.stream() };
}

/** Files that were dropped. @param path of the folder that they lie in */
export function toFileSource(path: string, files: readonly PackedFile[]): FileSource {
  return {
    path,
    async *files() {
      yield* files;
    },
  };
}

/** All bytes of a file that is read whole, held once. @throws AppError `archiveUnreadable` if it is larger than the limit */
export async function readWhole(file: PackedFile, limitBytes: number): Promise<Uint8Array> {
  if (file.sizeBytes > limitBytes) throw tooMuch(limitBytes);
  const reader = createByteReader(file.stream(), limitBytes);
  try {
    return await reader.need(file.sizeBytes);
  } finally {
    await reader.close();
  }
}

/** A short text beside pictures: names of classes. */
export async function readText(file: PackedFile): Promise<string> {
  return new TextDecoder().decode(await readWhole(file, MAX_TEXT_BYTES));
}

const MAX_TEXT_BYTES = 4e6;

/** @param message for the log: what a set lacks */
export function unknownSet(message: string): AppError {
  return new AppError('setUnknown', {}, { cause: new Error(message) });
}
