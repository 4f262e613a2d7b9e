/**
 * What PyTorch wrote before version 1.6, and what many published weights still are: five pickles one after the other (a
 * magic number, a version, the machine, the tensors, the names of their storages), then each storage as its length and
 * its numbers. Format: torch.serialization, `_legacy_save`.
 */
import { AppError } from '../../../shared/errors.ts';
import { isPickleDict, type PickleValue, toLatin1 } from '../../../shared/unpickle/pickleValue.ts';
import { damagedWeights, unsupportedWeights } from '../fileErrors.ts';
import { readSlice } from '../fileSlice.ts';
import { findStateDict, type TorchStorage } from '../pytorch/torchGlobals.ts';
import { checkWithin, readView, toTorchValue } from '../pytorch/torchViews.ts';
import { DTYPE_BYTES } from '../tensorDtype.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo, MAX_LIST_BYTES } from '../tensorTable.ts';

/** Pickle, protocol 2, of the magic number 0x1950a86a20f9469cfc6c. */
const OLD_HEAD = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const VERSION = 1001;
/** Of the length in front of each storage. */
const COUNT_BYTES = 8;
const PLACES = ['magic number', 'version', 'machine', 'list of tensors', 'list of storages'] as const;

export const format: TensorFormat = {
  id: 'pytorchOld',
  detects: ({ head }) => OLD_HEAD.every((byte, index) => head[index] === byte),
  open: openOld,
};

interface Lists {
  readonly values: readonly PickleValue[];
  /** All that are told of, by their names. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
  /** Where they begin, in bytes. */
  readonly end: number;
}

/** The five pickles. */
async function readLists(blob: Blob): Promise<Lists> {
  const bytes = new Uint8Array(await readSlice(blob, 0, Math.min(blob.size, MAX_LIST_BYTES), PLACES[0]));
  const values: PickleValue[] = [];
  const storages = new Map<string, TorchStorage>();
  let end = 0;
  for (const place of PLACES) {
    const { value, sizeBytes } = toTorchValue(bytes.subarray(end), place, (storage) =>
      storages.set(storage.key, storage),
    );
    values.push(value);
    end += sizeBytes;
  }
  return { values, storages, end };
}

function checkMachine(version: PickleValue | undefined, machine: PickleValue | undefined): void {
  if (version !== VERSION) throw unsupportedWeights(`version ${String(version).slice(0, 20)}`);
  if (isPickleDict(machine) && machine.get('little_endian') === false) throw unsupportedWeights('big-endian');
}

function toKeys(value: PickleValue | undefined): readonly string[] {
  const keys = Array.isArray(value)
    ? value.map((key) => (key instanceof Uint8Array ? toLatin1(key) : key))
    : [null];
  if (!keys.every((key) => typeof key === 'string')) throw damagedWeights(PLACES[4], 'no list of names');
  return keys as readonly string[];
}

/** Where the numbers of each storage begin, in bytes. */
async function findStorages(
  blob: Blob,
  keys: readonly string[],
  storages: ReadonlyMap<string, TorchStorage>,
  from: number,
): Promise<ReadonlyMap<string, number>> {
  const starts = new Map<string, number>();
  let at = from;
  for (const key of keys) {
    const storage = storages.get(key);
    // One whose kind is not told has no length that anybody could pass over.
    if (!storage) throw damagedWeights(`storage ${key}`, 'no tensor reads it');
    const length = new DataView(await readSlice(blob, at, at + COUNT_BYTES, `storage ${key}`));
    const count = Number(length.getBigInt64(0, true));
    if (count !== storage.count) throw damagedWeights(`storage ${key}`, `${count}, not ${storage.count}`);
    starts.set(key, at + COUNT_BYTES);
    at += COUNT_BYTES + count * DTYPE_BYTES[storage.dtype];
    if (at > blob.size) throw damagedWeights(`storage ${key}`, `up to ${at} of ${blob.size} bytes`);
  }
  return starts;
}

async function openOld({ blob }: WeightFile): Promise<TensorFile> {
  const { values, storages, end } = await readLists(blob);
  const [, version, machine, told, names] = values;
  checkMachine(version, machine);
  const views = findStateDict(told ?? null);
  if (views.size === 0) throw new AppError('weightsFileEmpty');
  const starts = await findStorages(blob, toKeys(names), storages, end);
  const { tensors, add } = createTensorTable();
  for (const [name, view] of views) {
    add(name, view.shape, view.storage.dtype);
    checkWithin(name, view);
    if (!starts.has(view.storage.key)) throw damagedWeights(name, `no storage ${view.storage.key}`);
  }
  return {
    format: format.id,
    tensors,
    epsilons: new Map(),
    async read(name) {
      findTensorInfo(tensors, name);
      const view = views.get(name);
      const from = starts.get(view?.storage.key ?? '');
      if (!view || from === undefined) throw new Error(`no view ${name}`);
      return readView(name, view, blob, from);
    },
    close: async () => undefined,
  };
}
