/** The pickles of CIFAR-10 and CIFAR-100: a dict with the pixels as an array of NumPy and the labels as a list. */
import { AppError } from '../../shared/errors.ts';
import { NUMPY_GLOBALS, toNumpyContent } from '../../shared/unpickle/numpyGlobals.ts';
import {
  isPickleDict,
  type PickleDict,
  type PickleValue,
  toPickleText,
} from '../../shared/unpickle/pickleValue.ts';
import { unpickle } from '../../shared/unpickle/unpickle.ts';
import { unknownSet } from './packedFiles.ts';

export interface CifarBatch {
  readonly count: number;
  readonly labels: readonly number[];
  /** `[count, picture bytes]` */
  readonly values: Uint8Array;
}

/** @throws AppError `archiveUnreadable` if it is broken, `pickleRefused` if it asks for anything but arrays */
function readDict(bytes: Uint8Array): PickleDict {
  let value: PickleValue;
  try {
    value = unpickle(bytes, { globals: NUMPY_GLOBALS });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'pickleUnreadable')
      throw new AppError('archiveUnreadable', {}, { cause: thrown });
    throw thrown;
  }
  if (!isPickleDict(value)) throw unknownSet('a pickle that is no dict');
  return value;
}

function listOf(dict: PickleDict, ...keys: readonly string[]): readonly PickleValue[] | null {
  for (const key of keys) {
    const value = dict.get(key);
    if (Array.isArray(value)) return value;
  }
  return null;
}

/** @throws AppError `archiveUnreadable`, `pickleRefused`, `setUnknown` if it is no batch of CIFAR */
export function readCifarBatch(bytes: Uint8Array, pictureBytes: number): CifarBatch {
  const dict = readDict(bytes);
  const labels = listOf(dict, 'labels', 'fine_labels');
  const data = toNumpyContent(dict.get('data'));
  const isPictures =
    data?.dtype.numberKind === 'u' &&
    data.dtype.itemBytes === 1 &&
    !data.isFortran &&
    data.shape.length === 2;
  if (!labels || !isPictures || data.shape[1] !== pictureBytes)
    throw unknownSet('no pictures and labels of CIFAR');
  if (labels.length !== data.shape[0]) throw unknownSet('not a label for each picture');
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length !== labels.length) throw unknownSet('labels that are no numbers');
  return { count: labels.length, labels: numbers, values: data.bytes };
}

/** Of the classes, in the order of their numbers. @throws AppError as `readCifarBatch` */
export function readCifarNames(bytes: Uint8Array): readonly string[] {
  return (listOf(readDict(bytes), 'label_names', 'fine_label_names') ?? []).map(
    (name) => toPickleText(name) ?? '',
  );
}
