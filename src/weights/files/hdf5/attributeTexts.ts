/** Attributes of an HDF5 file that are texts, each alone or in a list: names of layers, and a model's configuration. */
import { damagedWeights, oversizedWeights, unsupportedWeights } from '../fileErrors.ts';
import { decodeUtf8 } from '../fileSlice.ts';
import { MAX_LIST_BYTES } from '../tensorTable.ts';
import type { Hdf5Bytes } from './hdf5Bytes.ts';
import { createHdf5Cursor, type Hdf5Cursor } from './hdf5Cursor.ts';
import { type Hdf5Type, readHdf5Shape, readHdf5Type } from './hdf5Types.ts';
import { type Hdf5Message, MESSAGE } from './objectHeader.ts';

interface Attribute {
  readonly name: string;
  readonly type: Hdf5Type;
  readonly count: number;
  readonly content: Hdf5Cursor;
}

/** Up to its first zero. */
function toText(bytes: Uint8Array, place: string): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end), place);
}

/** Format: HDF5 File Format Specification, IV.A.2.m. */
function readAttribute(at: Hdf5Cursor, place: string): Attribute {
  const version = at.uint8();
  at.skip(1);
  const sizes = [at.uint16(), at.uint16(), at.uint16()] as const;
  if (version === 3) at.skip(1); // how its name is written
  const part = (sizeBytes: number) => {
    const bytes = at.bytes(sizeBytes);
    if (version === 1) at.skip((8 - (sizeBytes % 8)) % 8);
    return bytes;
  };
  const name = toText(part(sizes[0]), place);
  const type = readHdf5Type(createHdf5Cursor(part(sizes[1]), name));
  const shape = readHdf5Shape(createHdf5Cursor(part(sizes[2]), name));
  const count = shape === null ? 0 : shape.reduce((product, side) => product * side, 1);
  return { name, type, count, content: at };
}

/** Texts of any length lie in collections, found by address and number. Format: the same, III.E. */
async function readCollection(
  { cursor }: Hdf5Bytes,
  address: number,
  place: string,
): Promise<Map<number, Uint8Array>> {
  const head = await cursor(address, 16, place);
  head.signature('GCOL');
  head.skip(4);
  const sizeBytes = head.length();
  const at = await cursor(address, sizeBytes, place);
  at.skip(16);
  const objects = new Map<number, Uint8Array>();
  while (at.left >= 16) {
    const number = at.uint16();
    at.skip(6);
    const length = at.length();
    if (number === 0) break; // free space, up to the end
    objects.set(number, at.bytes(length));
    at.skip(Math.min(at.left, (8 - (length % 8)) % 8));
  }
  return objects;
}

async function readHeapTexts(bytes: Hdf5Bytes, { content, count, name }: Attribute): Promise<string[]> {
  const collections = new Map<number, Map<number, Uint8Array>>();
  const texts: string[] = [];
  let leftBytes = MAX_LIST_BYTES;
  for (let i = 0; i < count; i++) {
    const length = content.uint32();
    const address = content.address();
    const number = content.uint32();
    if (length === 0 || address === null) {
      texts.push('');
      continue;
    }
    const collection = collections.get(address) ?? (await readCollection(bytes, address, name));
    collections.set(address, collection);
    const object = collection.get(number);
    if (!object || object.length < length) throw damagedWeights(name, `no text ${number} at ${address}`);
    leftBytes -= length;
    if (leftBytes < 0) throw oversizedWeights(name, 'long texts');
    texts.push(toText(object.subarray(0, length), name));
  }
  return texts;
}

/**
 * The texts of an attribute; null where there is none of that name, and none at all for one that is no text.
 * @throws AppError weightsFileDamaged, weightsFileTooLarge; weightsFileUnsupported where attributes lie in another structure
 */
export async function readAttributeTexts(
  bytes: Hdf5Bytes,
  messages: readonly Hdf5Message[],
  wanted: string,
): Promise<readonly string[] | null> {
  for (const message of messages) {
    const at = message.open();
    if (message.type === MESSAGE.attributeInfo) {
      at.skip(1);
      at.skip(at.uint8() & 1 ? 2 : 0);
      if (at.address() !== null) throw unsupportedWeights(`${wanted} (HDF5, dense)`);
    }
    if (message.type !== MESSAGE.attribute) continue;
    const attribute = readAttribute(at, wanted);
    if (attribute.name !== wanted) continue;
    const { type, count, content } = attribute;
    if (type.kind === 'heapText') return readHeapTexts(bytes, attribute);
    if (type.kind !== 'text') return [];
    if (!(count * type.sizeBytes <= content.left)) throw damagedWeights(wanted, `${count} texts`);
    return Array.from({ length: type.sizeBytes === 0 ? 0 : count }, () =>
      toText(content.bytes(type.sizeBytes), wanted),
    );
  }
  return null;
}
