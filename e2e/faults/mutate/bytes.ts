/** Bytes as a bad disk, a broken download or somebody's malice makes them; the same chance makes the same ones. */
import type { Random } from '../../../src/shared/random.ts';
import { oneOf, wholeBetween } from '../chance.ts';

/** Numbers at which sizes and offsets go wrong; written as 32 bits. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
const HEAD_BYTES = 64;

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

/** A place in it; half of them near its beginning, where headers are. */
function placeIn({ length }: Uint8Array, random: Random): number {
  const end = random.next() < 0.5 ? Math.min(length, HEAD_BYTES) : length;
  return Math.floor(random.next() * end);
}

function rangeIn(bytes: Uint8Array, random: Random): readonly [start: number, end: number] {
  const start = placeIn(bytes, random);
  const most = Math.max(1, Math.min(bytes.length - start, bytes.length >> 2));
  return [start, start + wholeBetween(random, 1, most)];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function noise(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
}

export const BYTE_CHANGES: Readonly<Record<string, Change>> = {
  'bits flipped': (bytes, random) => {
    const changed = bytes.slice();
    for (let left = wholeBetween(random, 1, 8); left > 0; left--) {
      const place = placeIn(bytes, random);
      changed[place] = (changed[place] ?? 0) ^ (1 << wholeBetween(random, 0, 7));
    }
    return changed;
  },
  'cut off': (bytes, random) => bytes.slice(0, placeIn(bytes, random)),
  'a part missing': (bytes, random) => {
    const [start, end] = rangeIn(bytes, random);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  'a part twice': (bytes, random) => {
    const [start, end] = rangeIn(bytes, random);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  'zeros in it': (bytes, random) => bytes.slice().fill(0, ...rangeIn(bytes, random)),
  'noise in it': (bytes, random) => {
    const [start, end] = rangeIn(bytes, random);
    return joined(bytes.subarray(0, start), noise(end - start, random), bytes.subarray(end));
  },
  'noise put in': (bytes, random) => {
    const place = placeIn(bytes, random);
    return joined(
      bytes.subarray(0, place),
      noise(wholeBetween(random, 1, 40), random),
      bytes.subarray(place),
    );
  },
  'a number at an edge': (bytes, random) => {
    if (bytes.length < 4) return joined(bytes, noise(4, random));
    const changed = bytes.slice();
    const place = Math.min(placeIn(bytes, random), bytes.length - 4);
    new DataView(changed.buffer).setUint32(place, oneOf(random, EDGES), random.next() < 0.5);
    return changed;
  },
};

/** One change, of a kind left to chance. The bytes given stay as they are. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  return oneOf(random, Object.values(BYTE_CHANGES))(bytes, random);
}
