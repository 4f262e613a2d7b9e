/** The .zip side of `archives.ts`: its table of contents gives random access, so each entry is unpacked when asked for. */
import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js';
import { type Archive, type ArchiveEntry, type ArchiveLimits, toArchiveError, tooMuch } from './archive.ts';

/** Packers of old Windows versions wrote `\` between folders. */
function toPath(fileName: string): string {
  return fileName.replaceAll('\\', '/');
}

/** Unpacks one entry; the sizes that the archive states are not believed, but counted. */
async function unpack(entry: FileEntry, limitBytes: number): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) throw tooMuch(limitBytes);
      chunks.push(chunk);
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, checkCrc32: true });
  } catch (thrown) {
    throw toArchiveError(thrown);
  }
  return new Blob(chunks);
}

/** @throws AppError `archiveUnreadable` if there is no table of contents */
export async function openZip(blob: Blob, limits: ArchiveLimits): Promise<Archive> {
  // Names are only shown and read as folders, never written to a disk: none of them can do harm.
  const reader = new ZipReader(new BlobReader(blob), { strictness: 'tolerant', useWebWorkers: false });
  const files: FileEntry[] = [];
  let encryptedCount = 0;
  try {
    for (const entry of await reader.getEntries()) {
      if (entry.directory) continue;
      if (entry.encrypted) encryptedCount += 1;
      else files.push(entry);
    }
  } catch (thrown) {
    throw toArchiveError(thrown);
  }

  async function* entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    let totalBytes = 0;
    for (const file of files) {
      const allowedBytes = Math.min(limits.entryBytes, file.uncompressedSize);
      totalBytes += file.uncompressedSize;
      if (totalBytes > limits.totalBytes) {
        throw tooMuch(limits.totalBytes);
      }
      yield {
        path: toPath(file.filename),
        sizeBytes: file.uncompressedSize,
        getBlob: async () => {
          if (file.uncompressedSize > limits.entryBytes) {
            throw tooMuch(limits.entryBytes);
          }
          return unpack(file, allowedBytes);
        },
      };
    }
  }

  return { paths: files.map(({ filename }) => toPath(filename)), encryptedCount, entries };
}
