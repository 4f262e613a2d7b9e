/** Reads parts of a file: never more than was asked for, and never past its end. */
import { damagedWeights } from './fileErrors.ts';

/**
 * The bytes from `start` up to `end`.
 * @param place what lies there, for the sentence of the error
 * @throws AppError weightsFileDamaged if the file ends before, or cannot be read any more
 */
export async function readSlice(blob: Blob, start: number, end: number, place: string): Promise<ArrayBuffer> {
  const isWithin = Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end;
  if (!isWithin || end > blob.size) {
    throw damagedWeights(place, `bytes ${start} to ${end} of ${blob.size}`);
  }
  let buffer: ArrayBuffer;
  try {
    buffer = await blob.slice(start, end).arrayBuffer();
  } catch (thrown) {
    throw damagedWeights(place, thrown);
  }
  if (buffer.byteLength !== end - start) throw damagedWeights(place, `${buffer.byteLength} bytes came`);
  return buffer;
}

/** UTF-8, and nothing else. @throws AppError weightsFileDamaged */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    throw damagedWeights(place, thrown);
  }
}
