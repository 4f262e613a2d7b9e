/** PyTorch's .pth and .pt: a zip with a pickle that lists tensors, and their numbers as files beside it. */
import { AppError } from '../../../shared/errors.ts';
import type { PickleValue } from '../../../shared/unpickle/pickleValue.ts';
import { unpickle } from '../../../shared/unpickle/unpickle.ts';
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import { decodeUtf8, readSlice } from '../fileSlice.ts';
import { gather, isContiguous, spanOf } from '../pytorch/strided.ts';
import { findStateDict, TORCH_RULES, type TorchTensor } from '../pytorch/torchGlobals.ts';
import { DTYPE_BYTES, toFloats } from '../tensorDtype.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo, MAX_LIST_BYTES, MAX_TENSOR_BYTES } from '../tensorTable.ts';
import { listZip, type ZippedFile } from '../zipEntries.ts';

export const endings = ['.pth', '.pt', '.bin', '.ckpt'] as const;

const PICKLE_FILE = 'data.pkl';
/** Pickle, protocol 2, of the magic number 0x1950a86a20f9469cfc6c, before which version 1.6 wrote everything. */
const OLD_HEAD = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

export const format: TensorFormat = {
  id: 'pytorch',
  detects: ({ head, entryNames }) => isOldHead(head) || findPickle(entryNames) !== undefined,
  open: openPytorch,
};

function isOldHead(head: Uint8Array): boolean {
  return OLD_HEAD.every((byte, index) => head[index] === byte);
}

/** Within one folder, whose name is free. */
function findPickle(names: Iterable<string>): string | undefined {
  return [...names].find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
}

async function readSmall(file: ZippedFile, limitBytes: number): Promise<Uint8Array> {
  if (file.sizeBytes > limitBytes) throw oversizedWeights(file.name, `${file.sizeBytes} bytes`);
  const blob = await file.toBlob();
  return new Uint8Array(await readSlice(blob, 0, blob.size, file.name));
}

/** The value of the pickle. What it asks to run is named, and what is broken is damage of the file. */
function toValue(bytes: Uint8Array): PickleValue {
  try {
    return unpickle(bytes, TORCH_RULES);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.code === 'pickleRefused') {
      throw new AppError('weightsFileRefused', { name: thrown.details.name ?? '' }, { cause: thrown });
    }
    throw damagedWeights(PICKLE_FILE, thrown);
  }
}

/** The file with a tensor's storage. @throws AppError weightsFileDamaged if it lies nowhere, or not within it */
function storageOf(
  files: ReadonlyMap<string, ZippedFile>,
  folder: string,
  name: string,
  tensor: TorchTensor,
): ZippedFile {
  const { storage, offset } = tensor;
  const file = files.get(`${folder}data/${storage.key}`);
  if (!file) throw damagedWeights(name, `no file data/${storage.key}`);
  if (file.sizeBytes !== storage.count * DTYPE_BYTES[storage.dtype]) {
    throw damagedWeights(name, `${storage.count} numbers in ${file.sizeBytes} bytes`);
  }
  if (!(offset + spanOf(tensor) <= storage.count)) {
    throw damagedWeights(name, `up to ${offset + spanOf(tensor)} of ${storage.count}`);
  }
  return file;
}

async function openPytorch({ blob }: WeightFile): Promise<TensorFile> {
  const head = new Uint8Array(await blob.slice(0, OLD_HEAD.length).arrayBuffer());
  if (isOldHead(head)) throw new AppError('weightsFileOld');
  const files = await listZip(blob);
  const pickleName = findPickle(files.keys()) ?? '';
  const pickle = files.get(pickleName);
  if (!pickle) throw damagedWeights(PICKLE_FILE, 'not there');
  const folder = pickleName.slice(0, -PICKLE_FILE.length);
  if (files.has(`${folder}constants.pkl`)) throw unsupportedWeights('TorchScript');
  const order = files.get(`${folder}byteorder`);
  if (order && decodeUtf8(await readSmall(order, 100), order.name) !== 'little') {
    throw unsupportedWeights('big-endian');
  }
  const views = findStateDict(toValue(await readSmall(pickle, MAX_LIST_BYTES)));
  if (views.size === 0) throw new AppError('weightsFileEmpty');
  const { tensors, add } = createTensorTable();
  const storages = new Map<string, ZippedFile>();
  for (const [name, tensor] of views) {
    add(name, tensor.shape, tensor.storage.dtype);
    storages.set(name, storageOf(files, folder, name, tensor));
  }
  // Of storages that lie packed, which PyTorch never writes, only the last is kept unpacked.
  let last: { file: ZippedFile; blob: Promise<Blob> } | null = null;
  const blobOf = (file: ZippedFile) => {
    if (last?.file !== file) last = { file, blob: file.toBlob() };
    return last.blob;
  };
  return {
    format: format.id,
    tensors,
    epsilons: new Map(),
    async read(name) {
      const { dtype } = findTensorInfo(tensors, name);
      const [view, file] = [views.get(name), storages.get(name)];
      if (!view || !file) throw new Error(`no view ${name}`);
      const bytesEach = DTYPE_BYTES[dtype];
      const [start, span] = [view.offset * bytesEach, spanOf(view)];
      if (span * bytesEach > MAX_TENSOR_BYTES) throw oversizedWeights(name, `spread over ${span} numbers`);
      const bytes = await readSlice(await blobOf(file), start, start + span * bytesEach, name);
      const values = toFloats(bytes, dtype);
      return isContiguous(view) ? values : gather(values, view);
    },
    async close() {
      last = null;
    },
  };
}
