/** Steps through the bytes of a pickle: every length is held against what is left before anything is taken. */
import { brokenPickle, toLatin1 } from './pickleValue.ts';

/** Longer lines are none of protocol 0, whose lines hold one number, name or string. */
const MAX_LINE_BYTES = 1 << 24;

export interface PickleReader {
  byte(): number;
  /** Little-endian, as all lengths of pickles. */
  uint16(): number;
  uint32(): number;
  int32(): number;
  /** A length of eight bytes. */
  uint64(): number;
  float64(): number;
  /** A view of the next bytes, not a copy. */
  bytes(length: number): Uint8Array;
  text(length: number): string;
  /** Up to the next line feed, which is passed over. */
  line(): Uint8Array;
  /** The same as Latin-1. */
  latin1Line(): string;
  /** Bytes that were taken so far. */
  position(): number;
}

/** All of it throws AppError `pickleUnreadable` where the bytes end. */
export function createPickleReader(source: Uint8Array): PickleReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;

  function take(length: number): number {
    if (length < 0 || length > source.length - at) throw brokenPickle(`${length} bytes asked for at ${at}`);
    const start = at;
    at += length;
    return start;
  }

  const bytes = (length: number) => {
    const start = take(length);
    return source.subarray(start, start + length);
  };

  function line(): Uint8Array {
    const end = source.subarray(at, at + MAX_LINE_BYTES).indexOf(10);
    if (end < 0) throw brokenPickle(`a line without an end at ${at}`);
    return bytes(end + 1).subarray(0, end);
  }

  return {
    position: () => at,
    byte: () => view.getUint8(take(1)),
    uint16: () => view.getUint16(take(2), true),
    uint32: () => view.getUint32(take(4), true),
    int32: () => view.getInt32(take(4), true),
    uint64: () => Number(view.getBigUint64(take(8), true)),
    float64: () => view.getFloat64(take(8)),
    bytes,
    text(length) {
      const encoded = bytes(length);
      try {
        return decoder.decode(encoded);
      } catch (cause) {
        throw brokenPickle(`no UTF-8: ${String(cause)}`);
      }
    },
    line,
    latin1Line: () => toLatin1(line()),
  };
}
