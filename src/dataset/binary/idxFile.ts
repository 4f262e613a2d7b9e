/** The IDX files of MNIST and its kin: a head of sizes, then bytes. Format: http://yann.lecun.com/exdb/mnist. */
import { type ArchiveLimits, type PackedFile, toArchiveError } from '../datasetFormat.ts';
import { type ByteReader, createByteReader } from './byteReader.ts';
import { unknownSet } from './packedFiles.ts';

export type IdxHead =
  | { readonly kind: 'labels'; readonly count: number }
  | { readonly kind: 'images'; readonly count: number; readonly heightPx: number; readonly widthPx: number };

/** Two zeros, the type of unsigned bytes, and the number of axes. */
const MAGIC = [0, 0, 8];

/** Whether a file that is not packed is one, by its head and its size. */
export function isIdxFile(head: Uint8Array, sizeBytes: number): boolean {
  if (!MAGIC.every((byte, index) => head[index] === byte)) return false;
  const axes = head[3] ?? 0;
  if ((axes !== 1 && axes !== 3) || head.length < 4 + 4 * axes) return false;
  return 4 + 4 * axes + sidesOf(head.subarray(4), axes).reduce((a, b) => a * b, 1) === sizeBytes;
}

function sidesOf(bytes: Uint8Array, axes: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: axes }, (_, axis) => view.getUint32(4 * axis));
}

/** A file with or without gzip, open behind its head. To be closed. @throws AppError `archiveUnreadable`, `setUnknown` */
export async function openIdx(
  file: PackedFile,
  { entryBytes }: ArchiveLimits,
): Promise<{ readonly head: IdxHead; readonly reader: ByteReader }> {
  const reader = createByteReader(await withoutGzip(file.stream()), entryBytes);
  try {
    const magic = await reader.need(4);
    const axes = magic[3] ?? 0;
    if (!MAGIC.every((byte, index) => magic[index] === byte) || (axes !== 1 && axes !== 3))
      throw unknownSet(`${file.path} is no IDX file of bytes`);
    const [count = 0, heightPx = 0, widthPx = 0] = sidesOf(await reader.need(4 * axes), axes);
    if (axes === 1) return { head: { kind: 'labels', count }, reader };
    if (heightPx * widthPx === 0) throw unknownSet('pictures without pixels');
    return { head: { kind: 'images', count, heightPx, widthPx }, reader };
  } catch (thrown) {
    await reader.close();
    throw thrown;
  }
}

/** IDX files begin with a zero, those of gzip with another byte: browsers unpack some downloads and leave the name. */
async function withoutGzip(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  let first: ReadableStreamReadResult<Uint8Array> | null = null;
  try {
    first = await reader.read();
  } catch (thrown) {
    throw toArchiveError(thrown);
  }
  const isGzip = !first.done && first.value[0] === 0x1f;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = first ?? (await reader.read());
        first = null;
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
      cancel: () => reader.cancel(),
    },
    { highWaterMark: 0 },
  );
  return isGzip ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
}
