/** TFRecord files of `tf.train.Example` with a picture and its class, as TensorFlow Datasets and its models write them. */
import { AppError } from '../../shared/errors.ts';
import { readImageExample } from '../binary/imageExample.ts';
import { readText, unknownSet } from '../binary/packedFiles.ts';
import {
  type CountedFile,
  createSetArchive,
  type SetPicture,
  splitOfPath,
  toLines,
} from '../binary/setArchive.ts';
import { isTfRecordHead, readTfRecords, type TfRecord } from '../binary/tfRecords.ts';
import type {
  Archive,
  EntryLabel,
  FileSource,
  OpenContext,
  PackedFile,
  SetFormat,
} from '../datasetFormat.ts';

export const endings = ['.tfrecord', '.tfrecords'] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'tfrecord',
  claims: (paths) =>
    paths.some(isRecordsName) ? paths.filter((path) => isRecordsName(path) || isNamesName(path)) : [],
  detects: ({ head, sizeBytes }) => isTfRecordHead(head, sizeBytes),
  open,
};

/** `cifar10-train.tfrecord-00000-of-00001`, and of the models of TensorFlow `train-00000-of-01024`. */
function isRecordsName(path: string): boolean {
  return /\.tfrecords?(-\d+-of-\d+)?$|(^|\/)(train|validation|test)-\d{5}-of-\d{5}$/i.test(path);
}

/** One name a line, the number in front of it or not. */
function isNamesName(path: string): boolean {
  return /(^|\/)(label\.)?labels\.txt$/i.test(path);
}

/** What a record holds beside its picture. */
const OTHER_BYTES = 1e6;

/** Counts the records, and looks whether the first of each file holds a picture and a class. */
async function countRecords(file: PackedFile, limitBytes: number): Promise<number> {
  let count = 0;
  for await (const { content } of readTfRecords(file, limitBytes, (index) => index === 0)) {
    if (count === 0 && content instanceof Uint8Array) {
      const { image, isLabelled } = readImageExample(content, []);
      if (!image || !isLabelled) throw unknownSet(`no pictures with classes in ${file.path}`);
    }
    count += 1;
  }
  return count;
}

function parseNames(text: string): readonly string[] {
  const lines = toLines(text);
  const numbered = lines.map((line) => /^(\d{1,6}):(.*)$/.exec(line));
  if (!numbered.every((match) => match !== null)) return lines;
  const names: string[] = [];
  for (const match of numbered) names[Number(match[1])] = match[2] ?? '';
  return names;
}

function toPicture(
  { content, sizeBytes }: TfRecord,
  split: EntryLabel['split'],
  names: readonly string[],
): SetPicture {
  if (content instanceof AppError) return unreadable(content, sizeBytes, split);
  const { image, className } = readImageExample(content, names);
  if (!image) return unreadable(new AppError('archiveUnreadable'), sizeBytes, split);
  return {
    label: { className, split },
    sizeBytes: image.length,
    toBlob: () => new Blob([new Uint8Array(image)]),
  };
}

function unreadable(error: AppError, sizeBytes: number, split: EntryLabel['split']): SetPicture {
  return {
    label: { className: null, split },
    sizeBytes,
    toBlob: () => {
      throw error;
    },
  };
}

async function open(source: FileSource, { limits }: OpenContext): Promise<Archive> {
  const limitBytes = limits.entryBytes + OTHER_BYTES;
  const files: CountedFile[] = [];
  let names: readonly string[] = [];
  for await (const file of source.files()) {
    if (isNamesName(file.path)) names = parseNames(await readText(file));
    else files.push({ path: file.path, count: await countRecords(file, limitBytes) });
  }

  async function* walk(): AsyncGenerator<readonly [CountedFile, SetPicture], void, undefined> {
    for await (const file of source.files()) {
      const counted = files.find(({ path }) => path === file.path);
      if (!counted) continue;
      const split = splitOfPath(file.path) ?? splitOfPath(source.path);
      for await (const record of readTfRecords(file, limitBytes))
        yield [counted, toPicture(record, split, names)];
    }
  }
  return createSetArchive(files, '', walk, limits);
}
