/** Names in a group of an HDF5 file, and where what they name lies. */
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import type { Hdf5Bytes } from './hdf5Bytes.ts';
import type { Hdf5Cursor } from './hdf5Cursor.ts';
import { type Hdf5Message, MESSAGE } from './objectHeader.ts';

const MAX_LINKS = 20_000;
const TREE_HEAD_BYTES = 24;
const SYMBOL_BYTES = 40;
/** A symbol that is a soft link, which Keras writes none of. */
const SOFT_LINK = 2;

/** Address by name. */
export type Hdf5Links = Map<string, number>;

function decodeName(bytes: Uint8Array, place: string): string {
  const end = bytes.indexOf(0);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(end < 0 ? bytes : bytes.subarray(0, end));
  } catch (thrown) {
    throw damagedWeights(place, thrown);
  }
}

function addLink(links: Hdf5Links, name: string, address: number, place: string): void {
  if (links.has(name)) throw damagedWeights(name, 'two of one name');
  if (links.size >= MAX_LINKS) throw oversizedWeights(place, `more than ${MAX_LINKS} names`);
  links.set(name, address);
}

/** The text of all names of a group, one after the other. Format: HDF5 File Format Specification, III.D. */
async function readNameHeap({ cursor }: Hdf5Bytes, address: number, place: string): Promise<Uint8Array> {
  const at = await cursor(address, 32, place);
  at.signature('HEAP');
  at.skip(4);
  const sizeBytes = at.length();
  at.skip(8);
  const data = at.address();
  if (data === null) throw damagedWeights(place, 'a heap that lies nowhere');
  return (await cursor(data, sizeBytes, place)).bytes(sizeBytes);
}

/** Groups of the old form: a tree whose leaves are lists of symbols. Format: the same, III.A.1 and III.B. */
async function readSymbols(
  bytes: Hdf5Bytes,
  message: Hdf5Cursor,
  links: Hdf5Links,
  place: string,
): Promise<void> {
  const [tree, heap] = [message.address(), message.address()];
  if (tree === null || heap === null) throw damagedWeights(place, 'a group that lies nowhere');
  const names = await readNameHeap(bytes, heap, place);

  async function readLeaf(address: number): Promise<void> {
    const head = await bytes.cursor(address, 8, place);
    head.signature('SNOD');
    head.skip(2);
    const count = head.uint16();
    const at = await bytes.cursor(address + 8, count * SYMBOL_BYTES, place);
    for (let i = 0; i < count; i++) {
      const [nameAt, header] = [at.length(), at.address()];
      const cacheType = at.uint32();
      at.skip(20);
      if (!(nameAt < names.length)) throw damagedWeights(place, `a name at ${nameAt} of ${names.length}`);
      if (cacheType !== SOFT_LINK && header !== null) {
        addLink(links, decodeName(names.subarray(nameAt), place), header, place);
      }
    }
  }

  /** Children lie one level lower, so that no tree goes in circles. */
  async function readTree(address: number, expectedLevel: number | null): Promise<void> {
    const head = await bytes.cursor(address, TREE_HEAD_BYTES, place);
    head.signature('TREE');
    const [type, level, count] = [head.uint8(), head.uint8(), head.uint16()];
    if (type !== 0 || (expectedLevel !== null && level !== expectedLevel)) {
      throw damagedWeights(place, `a tree of type ${type}, level ${level}`);
    }
    const at = await bytes.cursor(address + TREE_HEAD_BYTES, count * 16, place);
    for (let i = 0; i < count; i++) {
      at.skip(8); // the first name of the child
      const child = at.address();
      if (child === null) throw damagedWeights(place, 'a branch that lies nowhere');
      await (level === 0 ? readLeaf(child) : readTree(child, level - 1));
    }
  }
  await readTree(tree, null);
}

/** Groups of the new form: a message a name. Format: the same, IV.A.2.g. */
function readLink(at: Hdf5Cursor, links: Hdf5Links, place: string): void {
  at.skip(1);
  const flags = at.uint8();
  const type = flags & 8 ? at.uint8() : 0;
  at.skip((flags & 4 ? 8 : 0) + (flags & 0x10 ? 1 : 0));
  const length = at.sizedLength(flags & 3);
  const name = decodeName(at.bytes(length), place);
  if (type !== 0) return; // a link to another name or file
  const address = at.address();
  if (address === null) throw damagedWeights(name, 'lies nowhere');
  addLink(links, name, address, place);
}

/**
 * What the messages of an object name; null if it is no group.
 * @throws AppError weightsFileDamaged, weightsFileTooLarge; weightsFileUnsupported for a group of so many names that they
 *   lie in another structure
 */
export async function readLinks(
  bytes: Hdf5Bytes,
  messages: readonly Hdf5Message[],
  place: string,
): Promise<Hdf5Links | null> {
  const links: Hdf5Links = new Map();
  let isGroup = false;
  for (const { type, open } of messages) {
    const at = open();
    if (type === MESSAGE.symbolTable) await readSymbols(bytes, at, links, place);
    else if (type === MESSAGE.link) readLink(at, links, place);
    else if (type === MESSAGE.linkInfo) {
      at.skip(1);
      at.skip(at.uint8() & 1 ? 8 : 0);
      if (at.address() !== null) throw unsupportedWeights(`${place} (HDF5, dense)`);
    } else continue;
    isGroup = true;
  }
  return isGroup ? links : null;
}
