/**
 * CIFAR-10 and CIFAR-100 as their authors publish them: records of one or two labels and 3 × 32 × 32 values, or pickles of
 * the same arrays. Formats: https://www.cs.toronto.edu/~kriz/cifar.html.
 */
import type { SplitName } from '../../domain/picture.ts';
import { createByteReader } from '../binary/byteReader.ts';
import { type CifarBatch, readCifarBatch, readCifarNames } from '../binary/cifarPickle.ts';
import { fileNameOf, folderOf, readText, readWhole, unknownSet } from '../binary/packedFiles.ts';
import {
  type CountedFile,
  createSetArchive,
  nameOfClass,
  type SetPicture,
  toLines,
  toSetPicture,
} from '../binary/setArchive.ts';
import type { Archive, FileSource, OpenContext, PackedFile, SetFormat } from '../datasetFormat.ts';

/** The pickles have no endings; the page tells them by how their names end. */
export const endings = ['.bin', '_batch', ...[1, 2, 3, 4, 5].map((number) => `_batch_${number}`)] as const;

export const format: SetFormat = {
  kind: 'set',
  id: 'cifar',
  claims(paths) {
    return paths.some((path) => toBatchKind(path))
      ? paths.filter((path) => toBatchKind(path) || isNames(path))
      : [];
  },
  // Nothing at the head of a batch tells it from other bytes.
  detects: () => false,
  open,
};

const CLASS_COUNTS = { 1: 10, 2: 100 } as const;
const SIDE_PX = 32;
const PIXEL_BYTES = 3 * SIDE_PX * SIDE_PX;
/** All red values come first, then all green and all blue ones. */
const STRIDES = { x: 1, y: SIDE_PX, channel: SIDE_PX * SIDE_PX };

interface BatchKind {
  readonly split: SplitName;
  readonly isPickle: boolean;
  /** Bytes before the pixels of a record; the last of them is the label: one of ten, behind a coarse one of a hundred. */
  readonly labelBytes: 1 | 2;
}

function toBatchKind(path: string): BatchKind | null {
  const batch = /^(?:data_batch_\d+|(test)_batch)(\.bin)?$/.exec(fileNameOf(path));
  if (batch) return { split: batch[1] ? 'test' : 'train', isPickle: !batch[2], labelBytes: 1 };
  const binary = /^(train|test)\.bin$/.exec(fileNameOf(path));
  if (binary) return { split: binary[1] === 'test' ? 'test' : 'train', isPickle: false, labelBytes: 2 };
  // The pickles of CIFAR-100 have names that anything may have.
  const pickle = /(?:^|\/)cifar-100-python\/(train|test)$/.exec(path);
  return pickle ? { split: pickle[1] === 'test' ? 'test' : 'train', isPickle: true, labelBytes: 2 } : null;
}

const NAME_FILES = ['batches.meta.txt', 'fine_label_names.txt'];

function isNamesPickle(path: string): boolean {
  return fileNameOf(path) === 'batches.meta' || /(?:^|\/)cifar-100-python\/meta$/.test(path);
}

function isNames(path: string): boolean {
  return NAME_FILES.includes(fileNameOf(path)) || isNamesPickle(path);
}

interface Batch extends CountedFile, BatchKind {}

/** Counts the pictures, and reads the names of the classes, which may come last. */
async function open(source: FileSource, { limits }: OpenContext): Promise<Archive> {
  const batches: Batch[] = [];
  const names = new Map<string, readonly string[]>();
  for await (const file of source.files()) {
    const kind = toBatchKind(file.path);
    if (!kind) {
      names.set(
        folderOf(file.path),
        isNamesPickle(file.path) ? await readNames(file) : toLines(await readText(file)),
      );
    } else if (kind.isPickle) {
      const { count } = readCifarBatch(await readWhole(file, limits.entryBytes), PIXEL_BYTES);
      batches.push({ ...kind, path: file.path, count });
    } else {
      // What is cut off is met again, and reported, where it breaks off.
      const count = Math.floor(file.sizeBytes / (kind.labelBytes + PIXEL_BYTES));
      batches.push({ ...kind, path: file.path, count });
    }
  }

  async function* walk(): AsyncGenerator<readonly [Batch, SetPicture], void, undefined> {
    for await (const file of source.files()) {
      const batch = batches.find(({ path }) => path === file.path);
      if (!batch) continue;
      const known = names.get(folderOf(file.path)) ?? [];
      const records = batch.isPickle
        ? fromPickle(readCifarBatch(await readWhole(file, limits.entryBytes), PIXEL_BYTES))
        : fromRecords(file, batch);
      for await (const { label, values } of records) {
        // Names such as `train.bin` may be anybody's.
        if (label >= CLASS_COUNTS[batch.labelBytes]) throw unknownSet(`a class ${label} in ${file.path}`);
        const picture = { widthPx: SIDE_PX, heightPx: SIDE_PX, values, strides: STRIDES };
        yield [batch, toSetPicture(picture, { className: nameOfClass(known, label), split: batch.split })];
      }
    }
  }
  return createSetArchive(batches, '.bmp', walk, limits);
}

interface CifarRecord {
  readonly label: number;
  readonly values: Uint8Array;
}

async function* fromRecords(file: PackedFile, { labelBytes }: BatchKind): AsyncGenerator<CifarRecord> {
  const recordBytes = labelBytes + PIXEL_BYTES;
  const reader = createByteReader(file.stream(), recordBytes);
  try {
    for (let record = await reader.read(recordBytes); record; record = await reader.read(recordBytes))
      yield { label: record[labelBytes - 1] ?? 0, values: record.subarray(labelBytes) };
  } finally {
    await reader.close();
  }
}

async function* fromPickle({ count, labels, values }: CifarBatch): AsyncGenerator<CifarRecord> {
  for (let i = 0; i < count; i++)
    yield { label: labels[i] ?? 0, values: values.subarray(i * PIXEL_BYTES, (i + 1) * PIXEL_BYTES) };
}

async function readNames(file: PackedFile): Promise<readonly string[]> {
  return readCifarNames(await readWhole(file, 1e6));
}
