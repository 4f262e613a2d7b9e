/** HDF5 as Keras writes it, through the HDF5 library itself, compiled to WebAssembly: groups, datasets, texts. */
import type { Dataset, Group } from 'h5wasm';
import { allocateBytes } from '../../../shared/allocate.ts';
import { importPart } from '../../../shared/importPart.ts';
import { damagedWeights, oversizedWeights, toDamaged, unsupportedWeights } from '../fileErrors.ts';
import { readSlice } from '../fileSlice.ts';
import { DTYPE_BYTES, type TensorDtype } from '../tensorDtype.ts';
import { MAX_TENSOR_BYTES } from '../tensorTable.ts';

/** Little-endian numbers, by their names in the library. */
const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ['<f', 'float32'],
  ['<d', 'float64'],
  ['<e', 'float16'],
  ['<i', 'int32'],
  ['<q', 'int64'],
]);

export interface Hdf5Dataset {
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  /** Its numbers, little-endian. */
  read(): Promise<ArrayBuffer>;
}

/**
 * Paths begin at the root without a slash, the root is ''. All of it throws AppError weightsFileDamaged,
 * weightsFileTooLarge, weightsFileUnsupported.
 */
export interface Hdf5File {
  /** Names in a group; null where there is no such group. */
  names(path: string): Promise<readonly string[] | null>;
  /** Texts of an attribute; null where there is none. */
  texts(path: string, attribute: string): Promise<readonly string[] | null>;
  /** null where there is no dataset. */
  dataset(path: string): Promise<Hdf5Dataset | null>;
  close(): Promise<void>;
}

/** Of the files that the library has open, in a file system of its own in memory. */
let nextFile = 0;

function isGroup(found: unknown): found is Group {
  return (found as { type?: unknown } | null)?.type === 'Group';
}

function isDataset(found: unknown): found is Dataset {
  return (found as { type?: unknown } | null)?.type === 'Dataset';
}

function toDataset(path: string, dataset: Dataset, fileBytes: number): Hdf5Dataset {
  const { shape } = dataset;
  const dtype = typeof dataset.dtype === 'string' ? DTYPES.get(dataset.dtype) : undefined;
  if (dtype === undefined || shape === null) throw unsupportedWeights(`${path} (HDF5, no numbers)`);
  const sizeBytes = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype]);
  if (!(sizeBytes <= MAX_TENSOR_BYTES)) throw oversizedWeights(path, `${sizeBytes} bytes`);
  // What Keras writes lies as it is: packed, a few bytes could ask for any memory.
  if (sizeBytes > fileBytes) throw damagedWeights(path, `${sizeBytes} bytes in a file of ${fileBytes}`);
  return {
    shape,
    dtype,
    async read() {
      const values: unknown = readIn(path, () => dataset.value);
      if (!ArrayBuffer.isView(values) || values.byteLength !== sizeBytes)
        throw damagedWeights(path, 'not all of its numbers');
      const bytes = allocateBytes(sizeBytes);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return bytes.buffer;
    },
  };
}

/** What the library finds wrong is damage of the file. */
function readIn<Result>(place: string, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    throw toDamaged(place === '' ? 'HDF5' : place, thrown);
  }
}

/** Opens a file, whose bytes the library takes into its own memory. @throws as Hdf5File, `partMissing` */
export async function openHdf5(blob: Blob): Promise<Hdf5File> {
  const { default: h5wasm } = await importPart(() => import('h5wasm'));
  const { FS } = await h5wasm.ready;
  const path = `/weights-${nextFile++}.h5`;
  FS.writeFile(path, new Uint8Array(await readSlice(blob, 0, blob.size, 'HDF5')));
  let file: InstanceType<typeof h5wasm.File>;
  try {
    file = readIn('HDF5', () => new h5wasm.File(path, 'r'));
    if (file.file_id < 0n) throw damagedWeights('HDF5', 'the library does not open it');
  } catch (thrown) {
    FS.unlink(path);
    throw thrown;
  }
  const find = (at: string) => readIn(at, () => (at === '' ? file : file.get(at)));
  return {
    async names(at) {
      const found = find(at);
      return isGroup(found) || at === '' ? readIn(at, () => (found as Group).keys()) : null;
    },
    async texts(at, attribute) {
      const found = find(at);
      if (!isGroup(found) && !isDataset(found) && at !== '') return null;
      const value: unknown = readIn(at, () => (found as Group).attrs[attribute]?.value);
      const texts = Array.isArray(value) ? value : [value];
      return texts.every((text) => typeof text === 'string') ? texts : null;
    },
    async dataset(at) {
      const found = find(at);
      return readIn(at, () => (isDataset(found) ? toDataset(at, found, blob.size) : null));
    },
    async close() {
      file.close();
      FS.unlink(path);
    },
  };
}
