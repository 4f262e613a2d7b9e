/** What an HDF5 file says of one group or dataset: a list of messages, in one block or several. */
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import type { Hdf5Bytes } from './hdf5Bytes.ts';
import { createHdf5Cursor, type Hdf5Cursor } from './hdf5Cursor.ts';

/** Types of messages that are looked at. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Hdf5Message {
  readonly type: number;
  /** A cursor over its content, from its beginning. */
  open(): Hdf5Cursor;
}

const MAX_BLOCKS = 256;
/** What is shared lies elsewhere, and Keras shares nothing. */
const SHARED_FLAG = 2;

interface Block {
  readonly at: Hdf5Cursor;
  /** Version 2 has a signature in further blocks, and shorter messages. */
  readonly isNew: boolean;
  readonly hasOrder: boolean;
}

/** Opens the first block at an address. Format: HDF5 File Format Specification, IV.A.1. */
async function firstBlock({ cursor, blob }: Hdf5Bytes, address: number, place: string): Promise<Block> {
  const start = await cursor(address, Math.min(32, Math.max(0, blob.size - address)), place);
  const version = start.uint8();
  if (version === 1) {
    start.skip(7);
    return { at: await cursor(address + 16, start.uint32(), place), isNew: false, hasOrder: false };
  }
  start.skip(3); // the rest of "OHDR"
  if (version !== 0x4f || start.uint8() !== 2) throw damagedWeights(place, `object header ${version}`);
  const flags = start.uint8();
  start.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0));
  const size = start.sizedLength(flags & 3);
  const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0) + 2 ** (flags & 3);
  return { at: await cursor(address + before, size, place), isNew: true, hasOrder: (flags & 4) !== 0 };
}

/**
 * All messages of the object at an address.
 * @throws AppError weightsFileDamaged, weightsFileTooLarge, weightsFileUnsupported
 */
export async function readMessages(bytes: Hdf5Bytes, address: number, place: string): Promise<Hdf5Message[]> {
  const messages: Hdf5Message[] = [];
  const first = await firstBlock(bytes, address, place);
  const blocks: Block[] = [first];
  for (let index = 0; index < blocks.length; index++) {
    const { at, isNew, hasOrder } = blocks[index] ?? first;
    const headBytes = isNew ? (hasOrder ? 6 : 4) : 8;
    while (at.left >= headBytes) {
      const type = isNew ? at.uint8() : at.uint16();
      const size = at.uint16();
      const flags = at.uint8();
      at.skip(headBytes - (isNew ? 4 : 5));
      const content = at.bytes(size);
      const isKnown = Object.values<number>(MESSAGE).includes(type);
      if (isKnown && flags & SHARED_FLAG) throw unsupportedWeights(`${place} (HDF5, shared)`);
      if (type === MESSAGE.continuation) {
        if (blocks.length >= MAX_BLOCKS) throw oversizedWeights(place, 'too many blocks');
        blocks.push(await nextBlock(bytes, createHdf5Cursor(content, place), first, place));
      } else if (isKnown) {
        messages.push({ type, open: () => createHdf5Cursor(content, place) });
      }
    }
  }
  return messages;
}

async function nextBlock(
  { cursor }: Hdf5Bytes,
  message: Hdf5Cursor,
  first: Block,
  place: string,
): Promise<Block> {
  const [address, length] = [message.address(), message.length()];
  if (address === null) throw damagedWeights(place, 'a block that lies nowhere');
  const at = await cursor(address, length, place);
  if (!first.isNew) return { ...first, at };
  at.signature('OCHK');
  // The checksum behind it is shorter than any message, but for an empty one of the shortest form.
  return { ...first, at: createHdf5Cursor(at.bytes(Math.max(0, at.left - 4)), place) };
}
