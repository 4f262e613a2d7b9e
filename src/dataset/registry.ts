/** The data-set formats there are: each file in `formats/`. A new one needs no line anywhere else. */
import { type DatasetClues, type DatasetFormat, DETECT_BYTES } from './datasetFormat.ts';
import { detectByMagic } from './pictureFormats.ts';
import { readHead } from './sniff.ts';

/** By the names of their files, in alphabetical order. */
export const DATASET_FORMATS: readonly DatasetFormat[] = Object.values(
  import.meta.glob<DatasetFormat>(['./formats/*.ts', '!./formats/*.test.ts'], {
    import: 'format',
    eager: true,
  }),
);

/** Whether a file looks like a data set, by its head alone. */
export function isDatasetLike(clues: DatasetClues): boolean {
  return DATASET_FORMATS.some((format) => format.detects(clues));
}

/** The format that can open a file; null for a file like any other. */
export async function detectDatasetFormat(file: Blob): Promise<DatasetFormat | null> {
  const clues = { head: await readHead(file, DETECT_BYTES), sizeBytes: file.size };
  if (detectByMagic(clues.head)) return null;
  for (const format of DATASET_FORMATS) {
    if (format.detects(clues) && (!format.confirms || (await format.confirms(file)))) return format;
  }
  return null;
}
