/** Records with long arrays, and the pieces that these lie in: written, read and deleted within one transaction. */
import { isPlain } from '../domain/olderVersions.ts';
import { putTogether, takeApart } from './pieces.ts';

/** Names the field in a stored record that says whose pieces are its own; those of earlier versions are whole. */
const OWNER = 'piecesOf';

type PieceKey = [string, number];

/** The store of pieces in a transaction that reads. */
interface PieceReader {
  get(key: PieceKey): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The same in one that writes. */
interface PieceWriter {
  put(value: Uint8Array<ArrayBuffer>, key: PieceKey): Promise<unknown>;
  delete(key: IDBKeyRange): Promise<void>;
}

/**
 * Puts the long arrays of a record down under `owner`.
 * @returns the record as it is to be stored; the pieces of the one before are to be deleted in the same transaction
 */
export async function putPieces<Stored extends object>(
  store: Pick<PieceWriter, 'put'>,
  owner: string,
  record: Stored,
): Promise<Stored> {
  const { record: rest, pieces } = takeApart(record);
  const writes: Promise<unknown>[] = [];
  let index = 0;
  // Each is copied as it is handed over, so that one more is all that there is of them in memory.
  for (const piece of pieces) writes.push(store.put(piece, [owner, index++]));
  await Promise.all(writes);
  // What was taken apart has the shape of the record, but for the arrays.
  return (writes.length === 0 ? record : { ...(rest as Stored), [OWNER]: owner }) as Stored;
}

/** A record with its arrays as they were. @throws AppError recordUnreadable where some are missing */
export async function withPieces(store: PieceReader, stored: unknown): Promise<unknown> {
  const owner = ownerOf(stored);
  if (owner === null || !isPlain(stored)) return stored;
  const { [OWNER]: _owner, ...record } = stored;
  return putTogether(record, (index) => store.get([owner, index]));
}

/** Deletes the pieces of a stored record, if it has any. */
export async function deletePieces(store: Pick<PieceWriter, 'delete'>, stored: unknown): Promise<void> {
  const owner = ownerOf(stored);
  if (owner !== null) await store.delete(IDBKeyRange.bound([owner], [owner, []]));
}

/** The record without its pieces, for whoever does not look at arrays. */
export function withoutPieces(stored: unknown): unknown {
  if (!isPlain(stored)) return stored;
  const { [OWNER]: _owner, ...record } = stored;
  return record;
}

function ownerOf(stored: unknown): string | null {
  const owner = isPlain(stored) ? stored[OWNER] : undefined;
  return typeof owner === 'string' ? owner : null;
}
