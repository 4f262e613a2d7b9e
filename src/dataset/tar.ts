/** The .tar and .tar.gz side of `archives.ts`: both are streams, walked from the front and never held whole. */
import { createTarDecoder } from 'modern-tar';
import { type Archive, type ArchiveEntry, type ArchiveLimits, toArchiveError, tooMuch } from './archive.ts';
import { DETECT_BYTES, detectFormat } from './fileFormats.ts';

/** True if a gzip file holds a tar archive; any other content is no archive of files. */
export async function isGzippedTar(blob: Blob): Promise<boolean> {
  const reader = tarBytes(blob, 'gzip').getReader();
  try {
    const head = new Uint8Array(DETECT_BYTES);
    let length = 0;
    while (length < DETECT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, DETECT_BYTES - length);
      head.set(part, length);
      length += part.length;
    }
    const found = detectFormat(head.subarray(0, length));
    return found.kind === 'archive' && found.format === 'tar';
  } catch {
    // Not even its head unpacks: then it is not a tar archive either.
    return false;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function tarBytes(blob: Blob, format: 'tar' | 'gzip'): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = blob.stream();
  return format === 'gzip' ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes;
}

/** @throws AppError `archiveUnreadable` if not even the first entry can be read */
export async function openTar(blob: Blob, format: 'tar' | 'gzip', limits: ArchiveLimits): Promise<Archive> {
  const open = () => tarBytes(blob, format);
  // A tar archive has no table of contents: it is walked once for the names, which folders need all at once.
  const paths: string[] = [];
  try {
    for await (const { path } of walkTar(open(), limits)) paths.push(path);
  } catch (thrown) {
    // What stands before the break is still good; `entries` meets the break again and reports it.
    if (paths.length === 0) throw thrown;
  }
  return { paths, encryptedCount: 0, entries: () => walkTar(open(), limits) };
}

async function* walkTar(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  limits: ArchiveLimits,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = bytes.pipeThrough(createTarDecoder({ strict: true })).getReader();
  let totalBytes = 0;
  try {
    while (true) {
      const { done, value: entry } = await reader.read();
      if (done) return;
      const { name, size, type } = entry.header;
      totalBytes += size;
      if (totalBytes > limits.totalBytes) throw tooMuch(limits.totalBytes);
      let isRead = false;
      if (type === undefined || type === 'file') {
        yield {
          path: name,
          sizeBytes: size,
          getBlob: async () => {
            if (size > limits.entryBytes) throw tooMuch(limits.entryBytes);
            isRead = true;
            return new Response(entry.body).blob();
          },
        };
      }
      // The decoder stalls until each body is read or given up.
      if (!isRead) await entry.body.cancel();
    }
  } catch (thrown) {
    throw toArchiveError(thrown);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
