/** Bytes of a picture, whether it has a blob of its own or a part of one that many share. */
import type { PackedBytes, PictureBytes } from './picture.ts';

export function isPacked(bytes: PictureBytes): bytes is PackedBytes {
  return 'pack' in bytes;
}

/** A blob of its own. */
export function toOwnBlob(bytes: PictureBytes): Blob {
  return isPacked(bytes) ? bytes.pack.slice(bytes.begin, bytes.end, bytes.type) : bytes;
}

export function sizeBytesOf(bytes: PictureBytes): number {
  return isPacked(bytes) ? bytes.end - bytes.begin : bytes.size;
}
