/**
 * Records with hundreds of megabytes of weights: their long arrays are taken out and kept in pieces. A private window of
 * Chromium refuses any one value above 127 MiB, and throws the transaction away without a word to the request.
 */
import { AppError } from '../shared/errors.ts';

/** Small enough for every browser and for the memory of a school's computer, large enough to be few. */
export const PIECE_BYTES = 16 * 2 ** 20;
/** Shorter arrays stay in their record. */
const APART_BYTES = 16 * 2 ** 10;

type Values = Float32Array<ArrayBuffer>;
type Piece = Uint8Array<ArrayBuffer>;

/** Stands in a record for an array that was taken out: where its bytes begin among those of all, and its length. */
interface ArrayPlace {
  readonly bytesFrom: number;
  readonly floatCount: number;
}

/** Each long array once, by where its bytes begin. */
type Laid = ReadonlyMap<number, Values>;

export interface TakenApart {
  /** The same record with places instead of long arrays. */
  readonly record: unknown;
  /** One after the other, so that not all of them are in memory twice. */
  readonly pieces: Iterable<Piece>;
}

/** One that stands in two places is kept once. */
export function takeApart(record: unknown): TakenApart {
  const places = new Map<Values, ArrayPlace>();
  const laid = new Map<number, Values>();
  let total = 0;
  const replaced = mapDeep(record, (value) => {
    if (!(value instanceof Float32Array) || value.byteLength < APART_BYTES) return undefined;
    const values = value as Values;
    const known = places.get(values);
    if (known) return known;
    const place = { bytesFrom: total, floatCount: values.length };
    places.set(values, place);
    laid.set(total, values);
    total += values.byteLength;
    return place;
  });
  function* cut() {
    for (let from = 0; from < total; from += PIECE_BYTES) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, total - from));
      copyPiece(laid, from, piece, 'in');
      yield piece;
    }
  }
  return { record: replaced, pieces: { [Symbol.iterator]: cut } };
}

/**
 * The record as it was before it was taken apart; one that never was comes out as it is.
 * @param getPiece undefined where there is none
 * @throws AppError recordUnreadable where bytes are missing
 */
export async function putTogether(
  record: unknown,
  getPiece: (index: number) => Promise<Piece | undefined>,
): Promise<unknown> {
  const laid = new Map<number, Values>();
  let total = 0;
  const replaced = mapDeep(record, (value) => {
    if (!isPlace(value)) return undefined;
    const values = laid.get(value.bytesFrom) ?? new Float32Array(value.floatCount);
    laid.set(value.bytesFrom, values);
    total = Math.max(total, value.bytesFrom + values.byteLength);
    return values;
  });
  for (let from = 0, index = 0; from < total; from += PIECE_BYTES, index++) {
    const piece = await getPiece(index);
    if (piece?.length !== Math.min(PIECE_BYTES, total - from)) throw new AppError('recordUnreadable');
    copyPiece(laid, from, piece, 'out');
  }
  return replaced;
}

/** Copies into a piece what lies there of each array, or out of it. @param from where the piece begins */
function copyPiece(laid: Laid, from: number, piece: Piece, way: 'in' | 'out'): void {
  for (const [bytesFrom, values] of laid) {
    const start = Math.max(from, bytesFrom);
    const end = Math.min(from + piece.length, bytesFrom + values.byteLength);
    if (start >= end) continue;
    const inArray = new Uint8Array(values.buffer, values.byteOffset + start - bytesFrom, end - start);
    const inPiece = piece.subarray(start - from, end - from);
    if (way === 'in') inPiece.set(inArray);
    else inArray.set(inPiece);
  }
}

function isPlace(value: unknown): value is ArrayPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { bytesFrom, floatCount } = value as Partial<ArrayPlace>;
  return typeof bytesFrom === 'number' && typeof floatCount === 'number';
}

/** A copy in which `replace` stands for whatever it does not answer undefined to; what holds none of it is the same. */
function mapDeep(value: unknown, replace: (value: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) {
    const mapped = value.map((one) => mapDeep(one, replace));
    return mapped.some((one, index) => one !== value[index]) ? mapped : value;
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value);
  const mapped = entries.map(([key, one]) => [key, mapDeep(one, replace)] as const);
  const isSame = mapped.every(([, one], index) => one === entries[index]?.[1]);
  return isSame ? value : Object.fromEntries(mapped);
}
