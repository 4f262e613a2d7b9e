/** Zip archives: a table of contents gives random access, so each entry is unpacked when asked for. */
import type { FileEntry } from '@zip.js/zip.js';
import { importPart } from '../../shared/importPart.ts';
import {
  type ArchiveFormat,
  type FileArchive,
  type OpenContext,
  type PackedFile,
  toArchiveError,
  tooMuch,
} from '../datasetFormat.ts';
import { ascii, startsWith } from '../magic.ts';

export const endings = ['.zip'] as const;

export const format: ArchiveFormat = {
  kind: 'archive',
  id: 'zip',
  detects({ head }) {
    const firstName = zipFirstName(head);
    return firstName !== null && !DOCUMENT_ZIP.test(firstName);
  },
  open: openZip,
};

/** Zip files that are documents or programs: their pictures are nobody's data set. Those of NumPy hold arrays (`npz.ts`). */
const DOCUMENT_ZIP =
  /^[^/]+\.npy$|^(\[Content_Types\]\.xml|mimetype|META-INF\/|AndroidManifest\.xml|_rels\/)/;

/** What the first file of a zip file is called; null where the head is that of another file. */
export function zipFirstName(head: Uint8Array): string | null {
  if (!startsWith(head, 'PK\x03\x04') && !startsWith(head, 'PK\x05\x06')) return null;
  return ascii(head, 30, 30 + (head[26] ?? 0) + 256 * (head[27] ?? 0));
}

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

/** What an entry unpacks to, as it comes; one that unpacks to more than it states breaks off. */
function unpackedStream(entry: FileEntry): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sizeBytes = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > entry.uncompressedSize) throw tooMuch(entry.uncompressedSize);
      controller.enqueue(chunk);
    },
  });
  entry
    .getData(counted.writable, { useWebWorkers: false, checkCrc32: true })
    // The reader of the stream hears of it; one that has cancelled does not care any more.
    .catch((thrown: unknown) => counted.writable.abort(toArchiveError(thrown)).catch(() => undefined));
  return counted.readable;
}

/**
 * Opens a zip file, which is known to be one.
 * @throws AppError `archiveUnreadable` if there is no table of contents
 */
export async function openZip(blob: Blob, { limits }: OpenContext): Promise<FileArchive> {
  const { BlobReader, ZipReader } = await importPart(() => import('@zip.js/zip.js'));
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

  async function* entries(): AsyncGenerator<PackedFile, void, undefined> {
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
        stream: () => unpackedStream(file),
      };
    }
  }

  return {
    paths: files.map(({ filename }) => toPath(filename)),
    encryptedCount,
    labelledBy: 'folders',
    entries,
  };
}
