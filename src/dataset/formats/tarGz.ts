/** Tar archives that were compressed with gzip, unpacked on the way by the browser itself. */
import { type ArchiveFormat, DETECT_BYTES } from '../datasetFormat.ts';
import { startsWith } from '../magic.ts';
import { isTarHeader, openTarStream } from './tar.ts';

export const endings = ['.tgz', '.tar.gz'] as const;

export const format: ArchiveFormat = {
  kind: 'archive',
  id: 'tarGz',
  detects: ({ head }) => startsWith(head, [0x1f, 0x8b, 0x08]),
  confirms: isGzippedTar,
  open: (file, { limits }) => openTarStream(() => unzipped(file), limits),
};

/** True if a gzip file holds a tar archive; any other content is no archive of files. */
async function isGzippedTar(file: Blob): Promise<boolean> {
  const reader = unzipped(file).getReader();
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
    return isTarHeader(head.subarray(0, length));
  } catch {
    // Not even its head unpacks: then it is not a tar archive either.
    return false;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function unzipped(file: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
  return file.stream().pipeThrough(new DecompressionStream('gzip'));
}
