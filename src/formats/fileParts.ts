/**
 * What a file is made of: bytes at hand, and those that are made when it is their turn. So a network of a hundred megabytes
 * need not be in memory a second time while it is written.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes to come, whose number is known. */
export interface LateBytes {
  readonly sizeBytes: number;
  /** Called once, when those before it are written. */
  readonly make: () => Bytes;
}

export type FilePart = Bytes | LateBytes;

export interface ModelFile {
  /** Within the zip, `/` between folders. */
  readonly path: string;
  readonly content: string | readonly FilePart[];
}

function isLate(part: FilePart): part is LateBytes {
  return 'make' in part;
}

export function sizeOfParts(parts: readonly FilePart[]): number {
  return parts.reduce((sum, part) => sum + (isLate(part) ? part.sizeBytes : part.byteLength), 0);
}

/** Numbers as they lie in memory, little-endian on every machine that has a browser. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Bytes {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** @throws Error if it made another number of them than it said: the file would be broken */
function bytesOfPart(part: FilePart): Bytes {
  if (!isLate(part)) return part;
  const bytes = part.make();
  if (bytes.byteLength !== part.sizeBytes) throw new Error(`${bytes.byteLength} bytes for ${part.sizeBytes}`);
  return bytes;
}

/** One part after the other, each made when the one before has been taken. @param onBytes how many have been read */
export function toStream(
  parts: readonly FilePart[],
  onBytes: (doneBytes: number) => void = () => undefined,
): ReadableStream<Bytes> {
  let next = 0;
  let doneBytes = 0;
  return new ReadableStream<Bytes>({
    pull(controller) {
      // An empty chunk would not wake the reader.
      let bytes = new Uint8Array();
      while (bytes.byteLength === 0) {
        const part = parts[next++];
        if (!part) return controller.close();
        bytes = bytesOfPart(part);
      }
      doneBytes += bytes.byteLength;
      onBytes(doneBytes);
      controller.enqueue(bytes);
    },
  });
}
