/**
 * HDF5 as Keras writes it: groups, datasets in one piece, attributes that are texts. Read by our own code, since the C
 * library, fast and complete, is not made for files that nobody vouches for: see docs/decisions/0022-own-hdf5-reader.md.
 */
import { damagedWeights, unsupportedWeights } from '../fileErrors.ts';
import { readSlice } from '../fileSlice.ts';
import { DTYPE_BYTES, type TensorDtype } from '../tensorDtype.ts';
import { readAttributeTexts } from './attributeTexts.ts';
import { type Hdf5Links, readLinks } from './groupLinks.ts';
import { createHdf5Bytes } from './hdf5Bytes.ts';
import { readHdf5Shape, readHdf5Type } from './hdf5Types.ts';
import { type Hdf5Message, MESSAGE, readMessages } from './objectHeader.ts';
import { readSuperblock } from './superblock.ts';

/** Layouts: within the header, in one piece. Chunks are the third. */
const [COMPACT, CONTIGUOUS] = [0, 1];

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
}

interface Hdf5Object {
  readonly messages: readonly Hdf5Message[];
  /** null of a dataset. */
  readonly links: Hdf5Links | null;
}

/** Opens a file of which only the outermost group is read. @throws as Hdf5File */
export async function openHdf5(blob: Blob): Promise<Hdf5File> {
  const bytes = createHdf5Bytes(blob);
  const objects = new Map<string, Promise<Hdf5Object>>();

  async function readObject(address: number, path: string): Promise<Hdf5Object> {
    const messages = await readMessages(bytes, address, path);
    return { messages, links: await readLinks(bytes, messages, path) };
  }

  /** Groups are kept, since the way to every dataset leads through them. */
  async function find(path: string): Promise<Hdf5Object | null> {
    const kept = objects.get(path);
    if (kept) return kept;
    const slash = path.lastIndexOf('/');
    const parent = await find(slash < 0 ? '' : path.slice(0, slash));
    const address = parent?.links?.get(path.slice(slash + 1));
    if (address === undefined) return null;
    const found = await readObject(address, path);
    if (found.links) objects.set(path, Promise.resolve(found));
    return found;
  }

  function toDataset(path: string, messages: readonly Hdf5Message[]): Hdf5Dataset {
    const open = (type: number) => messages.find((message) => message.type === type)?.open();
    const [typeAt, shapeAt, layout] = [open(MESSAGE.datatype), open(MESSAGE.dataspace), open(MESSAGE.layout)];
    if (!typeAt || !shapeAt || !layout) throw damagedWeights(path, 'no dataset');
    const type = readHdf5Type(typeAt);
    const shape = readHdf5Shape(shapeAt);
    const [version, layoutClass] = [layout.uint8(), layout.uint8()];
    const isPacked = open(MESSAGE.filters) !== undefined || open(MESSAGE.externalFiles) !== undefined;
    if (type.kind !== 'number' || shape === null || isPacked || version < 3 || layoutClass > CONTIGUOUS) {
      throw unsupportedWeights(`${path} (HDF5, ${type.kind === 'number' ? 'chunks' : 'no numbers'})`);
    }
    const sizeBytes = shape.reduce((product, side) => product * side, DTYPE_BYTES[type.dtype]);
    if (!(sizeBytes <= blob.size)) throw damagedWeights(path, `${sizeBytes} bytes in a file of ${blob.size}`);
    const inHeader = layoutClass === COMPACT ? layout.bytes(layout.uint16()) : null;
    const start = inHeader ? null : layout.address();
    const isThere = inHeader
      ? inHeader.length === sizeBytes
      : start !== null && start + sizeBytes <= blob.size;
    if (!isThere && sizeBytes > 0)
      throw damagedWeights(path, `${sizeBytes} bytes at ${start} of ${blob.size}`);
    return {
      shape,
      dtype: type.dtype,
      read: async () =>
        inHeader ? inHeader.slice().buffer : readSlice(blob, start ?? 0, (start ?? 0) + sizeBytes, path),
    };
  }

  objects.set('', readObject(await readSuperblock(bytes), 'HDF5'));
  await objects.get('');
  return {
    async names(path) {
      const links = (await find(path))?.links;
      return links ? [...links.keys()] : null;
    },
    async texts(path, attribute) {
      const found = await find(path);
      return found ? readAttributeTexts(bytes, found.messages, attribute) : null;
    },
    async dataset(path) {
      const found = await find(path);
      return found === null || found.links ? null : toDataset(path, found.messages);
    },
  };
}
