/** The data-set formats there are: each file in `formats/`. A new one needs no line anywhere else. */
import {
  type ArchiveFormat,
  type DatasetClues,
  type DatasetFormat,
  DETECT_BYTES,
  type SetFormat,
} from './datasetFormat.ts';
import { detectByMagic } from './pictureFormats.ts';
import { readHead } from './sniff.ts';

/** By the names of their files, in alphabetical order. */
export const DATASET_FORMATS: readonly DatasetFormat[] = Object.values(
  import.meta.glob<DatasetFormat>(['./formats/*.ts', '!./formats/*.test.ts'], {
    import: 'format',
    eager: true,
  }),
);

export const ARCHIVE_FORMATS: readonly ArchiveFormat[] = DATASET_FORMATS.filter(
  (format) => format.kind === 'archive',
);

export const SET_FORMATS: readonly SetFormat[] = DATASET_FORMATS.filter((format) => format.kind === 'set');

/** Whether a file looks like a data set, by its head alone. */
export function isDatasetLike(clues: DatasetClues): boolean {
  return DATASET_FORMATS.some((format) => format.detects(clues));
}

/** The format that a file is of by its content; null for a file like any other. What a name tells, `claims` tell. */
export async function detectDatasetFormat(file: Blob): Promise<DatasetFormat | null> {
  const clues = { head: await readHead(file, DETECT_BYTES), sizeBytes: file.size };
  if (detectByMagic(clues.head)) return null;
  for (const format of DATASET_FORMATS) {
    if (!format.detects(clues)) continue;
    if (format.kind === 'set' || !format.confirms || (await format.confirms(file))) return format;
  }
  return null;
}
