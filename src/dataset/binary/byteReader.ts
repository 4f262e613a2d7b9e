/** Takes exact numbers of bytes from a stream, which is never held whole. */
import { allocateBytes } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { toArchiveError, tooMuch } from '../datasetFormat.ts';

export interface ByteReader {
  /**
   * The next bytes, or null where the stream ends before the first of them. They may share memory with others.
   * @throws AppError `archiveUnreadable` if it ends within them, or they are more than the limit
   */
  read(length: number): Promise<Uint8Array | null>;
  /** The same where there must be more. @throws AppError `archiveUnreadable` also where the stream has ended */
  need(length: number): Promise<Uint8Array>;
  /** Passes bytes over, however many. @throws AppError `archiveUnreadable` if there are fewer */
  skip(length: number): Promise<void>;
  /** To be called in the end, whether or not all was read. */
  close(): Promise<void>;
}

/** @param limitBytes that are taken at once at most */
export function createByteReader(stream: ReadableStream<Uint8Array>, limitBytes: number): ByteReader {
  const reader = stream.getReader();
  let chunk: Uint8Array = new Uint8Array(0);

  /** False at the end. */
  async function fill(): Promise<boolean> {
    try {
      while (chunk.length === 0) {
        const { done, value } = await reader.read();
        if (done) return false;
        chunk = value;
      }
      return true;
    } catch (thrown) {
      throw toArchiveError(thrown);
    }
  }

  function take(length: number): Uint8Array {
    const taken = chunk.subarray(0, length);
    chunk = chunk.subarray(taken.length);
    return taken;
  }

  async function read(length: number): Promise<Uint8Array | null> {
    if (!(length <= limitBytes)) throw tooMuch(limitBytes);
    if (!(await fill())) return null;
    if (chunk.length >= length) return take(length);
    const bytes = allocateBytes(length);
    let at = 0;
    while (at < length) {
      if (!(await fill())) throw new AppError('archiveUnreadable');
      const part = take(length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  return {
    read,
    async need(length) {
      const bytes = length === 0 ? new Uint8Array(0) : await read(length);
      if (!bytes) throw new AppError('archiveUnreadable');
      return bytes;
    },
    async skip(length) {
      let left = length;
      while (left > 0) {
        if (!(await fill())) throw new AppError('archiveUnreadable');
        left -= take(left).length;
      }
    },
    close: () => reader.cancel().catch(() => undefined),
  };
}
