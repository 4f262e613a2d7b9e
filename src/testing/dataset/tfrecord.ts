/** TFRecord files of `tf.train.Example`, for tests to pack. */
import { maskedCrc32c } from '../../dataset/binary/crc32c.ts';

type Feature = Uint8Array | string | readonly number[];

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return bytes;
}

/** A field with a length. */
const field = (number: number, bytes: Uint8Array) => joined([number * 8 + 2], varint(bytes.length), bytes);

/** Whole numbers are packed, as TensorFlow does; texts are UTF-8. */
function toFeature(value: Feature): Uint8Array {
  if (typeof value === 'string') return field(1, field(1, new TextEncoder().encode(value)));
  if (value instanceof Uint8Array) return field(1, field(1, value));
  return field(3, field(1, Uint8Array.from(value.flatMap(varint))));
}

export function toExample(features: Readonly<Record<string, Feature>>): Uint8Array {
  const pairs = Object.entries(features).map(([key, value]) =>
    field(1, joined(field(1, new TextEncoder().encode(key)), field(2, toFeature(value)))),
  );
  return field(1, joined(...pairs));
}

function masked(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Uint32Array.of(maskedCrc32c(bytes)).buffer);
}

export function toTfRecords(records: readonly Uint8Array[]): Blob {
  return new Blob(
    records.map((record) => {
      const length = new Uint8Array(BigUint64Array.of(BigInt(record.length)).buffer);
      return new Uint8Array(joined(length, masked(length), record, masked(record)));
    }),
  );
}
