/** Tar archives: a stream, walked from the front and never held whole. */

import { importPart } from '../../shared/importPart.ts';
import {
  type ArchiveFormat,
  type ArchiveLimits,
  type FileArchive,
  type PackedFile,
  toArchiveError,
  tooMuch,
} from '../datasetFormat.ts';
import { ascii } from '../magic.ts';

export const endings = ['.tar'] as const;

export const format: ArchiveFormat = {
  kind: 'archive',
  id: 'tar',
  detects: ({ head }) => isTarHeader(head),
  open: (file, { limits }) => openTarStream(() => file.stream(), limits),
};

/** A tar header holds the sum of its own bytes, with eight blanks where the sum stands (POSIX ustar). */
export function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const written = Number.parseInt(ascii(head, 148, 156).replaceAll('\0', ' ').trim(), 8);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (head[i] ?? 0);
  return written === sum;
}

/**
 * Opens the bytes of a tar archive, which are asked for anew at each walk.
 * @throws AppError `archiveUnreadable` if not even the first entry can be read
 */
export async function openTarStream(
  open: () => ReadableStream<Uint8Array<ArrayBuffer>>,
  limits: ArchiveLimits,
): Promise<FileArchive> {
  // A tar archive has no table of contents: it is walked once for the names, which folders need all at once.
  const paths: string[] = [];
  try {
    for await (const { path } of walkTar(open(), limits)) paths.push(path);
  } catch (thrown) {
    // What stands before the break is still good; `entries` meets the break again and reports it.
    if (paths.length === 0) throw thrown;
  }
  return { paths, encryptedCount: 0, labelledBy: 'folders', entries: () => walkTar(open(), limits) };
}

async function* walkTar(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  limits: ArchiveLimits,
): AsyncGenerator<PackedFile, void, undefined> {
  const { createTarDecoder } = await importPart(() => import('modern-tar'));
  const reader = bytes.pipeThrough(createTarDecoder({ strict: true })).getReader();
  let totalBytes = 0;
  try {
    while (true) {
      const { done, value: entry } = await reader.read();
      if (done) return;
      const { name, size, type } = entry.header;
      totalBytes += size;
      if (totalBytes > limits.totalBytes) throw tooMuch(limits.totalBytes);
      const body = entry.body.getReader();
      const rest = () => withoutCancel(body);
      if (type === undefined || type === 'file') {
        yield {
          path: name,
          sizeBytes: size,
          getBlob: async () => {
            if (size > limits.entryBytes) throw tooMuch(limits.entryBytes);
            return new Response(rest()).blob();
          },
          stream: rest,
        };
      }
      // The decoder stalls until each body is read. It has begun with the next one by the time a short one is cancelled,
      // and would drop that instead (modern-tar 0.8.6): so what nobody wants is read as well.
      while (!(await body.read()).done);
    }
  } catch (thrown) {
    throw toArchiveError(thrown);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** What a reader has left, as a stream; to cancel it leaves the reader as it is. */
function withoutCancel(reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
