/** The records of a TFRecord file: a length with a checksum, bytes with a checksum. Format: TFRecord in TensorFlow's guide. */
import { AppError } from '../../shared/errors.ts';
import { type PackedFile, tooMuch } from '../datasetFormat.ts';
import { createByteReader } from './byteReader.ts';
import { maskedCrc32c } from './crc32c.ts';

const HEAD_BYTES = 12;

/** Whether a file begins with a record: one in four billion others has the right checksum by chance. */
export function isTfRecordHead(head: Uint8Array, sizeBytes: number): boolean {
  return (
    head.length >= HEAD_BYTES &&
    (lengthOf(head.subarray(0, HEAD_BYTES)) ?? Infinity) <= sizeBytes - HEAD_BYTES - 4
  );
}

/** Null where the checksum is another. */
function lengthOf(head: Uint8Array): number | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(8, true) !== maskedCrc32c(head.subarray(0, 8))) return null;
  return Number(view.getBigUint64(0, true));
}

export interface TfRecord {
  readonly sizeBytes: number;
  /** Or what is wrong with it; the records behind it are read all the same. */
  readonly content: Uint8Array | AppError;
}

/**
 * @param limitBytes of a record; larger ones are passed over
 * @param isWanted whether the record of that number is read at all
 * @throws AppError `archiveUnreadable` where it breaks off, or a length is not what it was
 */
export async function* readTfRecords(
  file: PackedFile,
  limitBytes: number,
  isWanted: (index: number) => boolean = () => true,
): AsyncGenerator<TfRecord, void, undefined> {
  const reader = createByteReader(file.stream(), limitBytes);
  try {
    for (let index = 0; ; index++) {
      const head = await reader.read(HEAD_BYTES);
      if (!head) return;
      const sizeBytes = lengthOf(head);
      if (sizeBytes === null) throw new AppError('archiveUnreadable');
      if (sizeBytes > limitBytes || !isWanted(index)) {
        await reader.skip(sizeBytes + 4);
        yield { sizeBytes, content: tooMuch(limitBytes) };
        continue;
      }
      const content = await reader.need(sizeBytes);
      const crc = await reader.need(4);
      const written = new DataView(crc.buffer, crc.byteOffset, 4).getUint32(0, true);
      yield {
        sizeBytes,
        content: written === maskedCrc32c(content) ? content : new AppError('archiveUnreadable'),
      };
    }
  } finally {
    await reader.close();
  }
}
