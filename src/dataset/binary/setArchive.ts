/** What every binary set gives in the end: pictures one by one, with a label, a number and within the limits. */
import type { SplitName } from '../../domain/picture.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type Archive,
  type ArchiveEntry,
  type ArchiveLimits,
  type DrawnPicture,
  type EntryLabel,
  tooMuch,
} from '../datasetFormat.ts';
import { splitOfWord } from '../layout.ts';
import { BMP_TYPE, bmpSizeBytes, type RawPicture, toBmp } from './bmp.ts';

/** A file of a set, and how many pictures it holds. */
export interface CountedFile {
  readonly path: string;
  readonly count: number;
}

/** Names alone of more would fill the memory; the largest sets that people train on have a million. */
export const MAX_SET_PICTURES = 2_000_000;

export interface SetPicture {
  readonly label: EntryLabel;
  readonly sizeBytes: number;
  /** A picture of a format that browsers draw; asked for once at most, and only within the limit of an entry. */
  toBlob(): Blob;
  /** Where it is made of raw pixels. */
  readonly drawn?: DrawnPicture;
}

/**
 * @param files whose `path` may be empty where there is one
 * @param ending of the pictures' names, with the dot; empty where they may be of any format
 * @param walk gives the pictures of each file, in the order of the files
 * @throws AppError `archiveUnreadable` if there are more pictures than anybody has
 */
export function createSetArchive<File extends CountedFile>(
  files: readonly File[],
  ending: string,
  walk: () => AsyncGenerator<readonly [File, SetPicture], void, undefined>,
  limits: ArchiveLimits,
): Archive {
  const count = files.reduce((sum, file) => sum + file.count, 0);
  if (!(count <= MAX_SET_PICTURES)) throw new AppError('archiveUnreadable', { limitCount: MAX_SET_PICTURES });
  function pathOf(file: CountedFile, index: number): string {
    const digits = String(Math.max(0, file.count - 1)).length;
    return `${file.path === '' ? '' : `${file.path}/`}${String(index).padStart(digits, '0')}${ending}`;
  }

  async function* entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    let totalBytes = 0;
    const given = new Map<File, number>();
    for await (const [file, picture] of walk()) {
      const index = given.get(file) ?? 0;
      given.set(file, index + 1);
      totalBytes += picture.sizeBytes;
      if (totalBytes > limits.totalBytes) throw tooMuch(limits.totalBytes);
      yield {
        path: pathOf(file, index),
        sizeBytes: picture.sizeBytes,
        label: picture.label,
        ...(picture.drawn && { drawn: picture.drawn }),
        getBlob: async () => {
          if (picture.sizeBytes > limits.entryBytes) throw tooMuch(limits.entryBytes);
          return picture.toBlob();
        },
      };
    }
  }

  return {
    paths: files.flatMap((file) => Array.from({ length: file.count }, (_, index) => pathOf(file, index))),
    encryptedCount: 0,
    labelledBy: 'entries',
    entries,
  };
}

/** Raw pixels as an entry's picture. */
export function toSetPicture(picture: RawPicture, label: EntryLabel): SetPicture {
  const { widthPx, heightPx } = picture;
  const drawn = { type: BMP_TYPE, widthPx, heightPx, toBytes: () => toBmp(picture) };
  const toBlob = () => new Blob([drawn.toBytes()], { type: drawn.type });
  return { label, sizeBytes: bmpSizeBytes(picture), toBlob, drawn };
}

/** As entries name their classes; null where nothing is left. */
export function toClassName(name: string): string | null {
  return name.normalize('NFC').trim() || null;
}

/** The name of a class by its number; the number itself where there is no name. */
export function nameOfClass(names: readonly string[], number: number): string {
  return toClassName(names[number] ?? '') ?? String(number);
}

/** Names of classes as lists of lines give them, empty lines at the end left out. */
export function toLines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

/** Which split a path names, `cifar10-test.tfrecord`, `train/0000.parquet`; what stands last counts. */
export function splitOfPath(path: string): SplitName | null {
  const words = path.toLowerCase().split(/[^a-z0-9]+/);
  for (const word of words.reverse()) {
    const split = splitOfWord(word === 't10k' ? 'test' : word);
    if (split) return split;
  }
  return null;
}
