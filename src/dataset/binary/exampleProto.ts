/**
 * Reads `tf.train.Example`, a map of names to bytes or whole numbers, from the wire format of Protocol Buffers: four
 * messages of one or two fields each. A package for that would be larger than the rest of the format.
 */
import { AppError } from '../../shared/errors.ts';

/** The first value of a feature; of numbers with a fraction nothing is kept. */
export type ExampleFeature = Uint8Array | number;

interface Field {
  readonly number: number;
  /** Of a field with a length; a view. */
  readonly bytes: Uint8Array | null;
  /** Of a varint. */
  readonly value: number;
}

function broken(): AppError {
  return new AppError('archiveUnreadable');
}

/** At most ten bytes; signed numbers are written as 64 bits, so a negative one has all ten. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw broken();
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return { value: Number(BigInt.asIntN(64, value)), end: start + index + 1 };
  }
  throw broken();
}

const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const wireType = tag.value & 7;
    const number = Math.floor(tag.value / 8);
    at = tag.end;
    if (wireType === 0) {
      const { value, end } = readVarint(bytes, at);
      at = end;
      yield { number, bytes: null, value };
      continue;
    }
    let length = FIXED_BYTES[wireType];
    if (wireType === 2) {
      const size = readVarint(bytes, at);
      length = size.value;
      at = size.end;
    }
    // Groups are none of these messages.
    if (length === undefined || length < 0 || length > bytes.length - at) throw broken();
    yield { number, bytes: bytes.subarray(at, at + length), value: 0 };
    at += length;
  }
}

function fieldBytes(bytes: Uint8Array, number: number): Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap((field) =>
    field.number === number && field.bytes ? [field.bytes] : [],
  );
}

/** A list of bytes is field 1, one of whole numbers field 3, packed or not. */
function firstValue(feature: Uint8Array): ExampleFeature | null {
  for (const { number, bytes: list } of fieldsOf(feature)) {
    if (!list) continue;
    for (const { number: inner, bytes, value } of fieldsOf(list)) {
      if (inner !== 1) continue;
      if (number === 1 && bytes) return bytes;
      if (number === 3) return bytes ? readVarint(bytes, 0).value : value;
    }
  }
  return null;
}

/**
 * The first value of each feature that has a name among `wanted`; bytes are views of the record.
 * @throws AppError `archiveUnreadable` if it is no such message
 */
export function readExample(record: Uint8Array, wanted: ReadonlySet<string>): Map<string, ExampleFeature> {
  const found = new Map<string, ExampleFeature>();
  for (const features of fieldBytes(record, 1)) {
    for (const pair of fieldBytes(features, 1)) {
      const [key] = fieldBytes(pair, 1);
      const [feature] = fieldBytes(pair, 2);
      const name = key && key.length <= 100 ? new TextDecoder().decode(key) : '';
      const value = feature && wanted.has(name) ? firstValue(feature) : null;
      if (value !== null) found.set(name, value);
    }
  }
  return found;
}
