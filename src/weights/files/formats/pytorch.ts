/** PyTorch's .pth and .pt: a zip with a pickle that lists tensors, and their numbers as files beside it. */
import { AppError } from '../../../shared/errors.ts';
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import { decodeUtf8, readSlice } from '../fileSlice.ts';
import { findStateDict, type TorchTensor } from '../pytorch/torchGlobals.ts';
import { checkWithin, readView, toTorchValue } from '../pytorch/torchViews.ts';
import { DTYPE_BYTES } from '../tensorDtype.ts';
import type { TensorFile, TensorFormat, WeightFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo, MAX_LIST_BYTES } from '../tensorTable.ts';
import { listZip, type ZippedFile } from '../zipEntries.ts';

const PICKLE_FILE = 'data.pkl';

export const format: TensorFormat = {
  id: 'pytorch',
  detects: ({ entryNames }) => findPickle(entryNames) !== undefined,
  open: openPytorch,
};

/** Within one folder, whose name is free. */
function findPickle(names: Iterable<string>): string | undefined {
  return [...names].find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
}

async function readSmall(file: ZippedFile, limitBytes: number): Promise<Uint8Array> {
  if (file.sizeBytes > limitBytes) throw oversizedWeights(file.name, `${file.sizeBytes} bytes`);
  const blob = await file.toBlob();
  return new Uint8Array(await readSlice(blob, 0, blob.size, file.name));
}

/** The file with a tensor's storage. @throws AppError weightsFileDamaged if it lies nowhere, or not within it */
function storageOf(
  files: ReadonlyMap<string, ZippedFile>,
  folder: string,
  name: string,
  tensor: TorchTensor,
): ZippedFile {
  const { storage } = tensor;
  const file = files.get(`${folder}data/${storage.key}`);
  if (!file) throw damagedWeights(name, `no file data/${storage.key}`);
  if (file.sizeBytes !== storage.count * DTYPE_BYTES[storage.dtype]) {
    throw damagedWeights(name, `${storage.count} numbers in ${file.sizeBytes} bytes`);
  }
  checkWithin(name, tensor);
  return file;
}

async function openPytorch({ blob }: WeightFile): Promise<TensorFile> {
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
  const views = findStateDict(toTorchValue(await readSmall(pickle, MAX_LIST_BYTES), PICKLE_FILE).value);
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
      findTensorInfo(tensors, name);
      const [view, file] = [views.get(name), storages.get(name)];
      if (!view || !file) throw new Error(`no view ${name}`);
      return readView(name, view, await blobOf(file), 0);
    },
    async close() {
      last = null;
    },
  };
}
