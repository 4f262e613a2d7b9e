/** The formats of weights there are: each file in `formats/`. A new one needs no line anywhere else. */
import { AppError } from '../../shared/errors.ts';
import { readSlice } from './fileSlice.ts';
import type { TensorClues, TensorFile, TensorFormat, WeightFile } from './tensorFile.ts';
import { isZipHead, listZip } from './zipEntries.ts';

/** By the names of their files, in alphabetical order. */
export const TENSOR_FORMATS: readonly TensorFormat[] = Object.values(
  import.meta.glob<TensorFormat>(['./formats/*.ts', '!./formats/*.test.ts'], {
    import: 'format',
    eager: true,
  }),
);

const HEAD_BYTES = 4096;
/** More than the shards of any model in pieces. */
const MAX_FILES = 2_000;

async function readTensorClues({ name, blob }: WeightFile): Promise<TensorClues> {
  const head = new Uint8Array(await readSlice(blob, 0, Math.min(HEAD_BYTES, blob.size), name));
  return { head, entryNames: isZipHead(head) ? [...(await listZip(blob)).keys()] : [] };
}

/**
 * Opens what was dropped: the first file whose content a format knows; names and endings say nothing.
 * @throws AppError weightsFileUnknown, and what the format throws; see `TensorFormat.open`
 */
export async function openTensorFile(files: readonly WeightFile[]): Promise<TensorFile> {
  for (const file of files.slice(0, MAX_FILES)) {
    const clues = await readTensorClues(file);
    const format = TENSOR_FORMATS.find((one) => one.detects(clues));
    if (format) return format.open(file, files);
  }
  throw new AppError('weightsFileUnknown');
}
