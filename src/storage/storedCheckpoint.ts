/**
 * The one training run that can go on after a reload or a crash; the last state that reached the disk counts. The engine
 * writes it, since its weights are hundreds of megabytes; the page claims, offers and deletes it.
 */

import {
  type CheckpointFacts,
  type CheckpointHeader,
  type CheckpointRecord,
  toHeader,
} from '../domain/checkpoint.ts';
import { AppError } from '../shared/errors.ts';
import { inTransaction } from './database.ts';
import { deletePieces, putPieces, withoutPieces, withPieces } from './piecedRecord.ts';
import { readVersioned, withVersion } from './versionedRecord.ts';

const STORES = ['checkpoint', 'checkpointHeader', 'pieces', 'checkpointOwner'] as const;

/** No run is called so. */
const NOBODY = '';

/**
 * From now on that run alone may write. What another one has left stays until this one writes; what this version cannot
 * read is put beside.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function claimCheckpoint(startedAt: string): Promise<void> {
  const found = await inTransaction(['checkpoint', 'checkpointHeader'], 'readonly', async (transaction) => ({
    stored: await transaction.objectStore('checkpoint').get('current'),
    header: await transaction.objectStore('checkpointHeader').get('current'),
  }));
  const isReadable = found.header?.startedAt === startedAt || (await canBeRead(found));
  await inTransaction(STORES, 'readwrite', async (transaction) => {
    await transaction.objectStore('checkpointOwner').put({ startedAt }, 'current');
    if (isReadable) return;
    const checkpoints = transaction.objectStore('checkpoint');
    const kept = await checkpoints.get('current');
    if (!kept) return;
    await checkpoints.put(kept, new Date().toISOString());
    await checkpoints.delete('current');
    await transaction.objectStore('checkpointHeader').delete('current');
  });
}

/**
 * Keeps a checkpoint in place of the one before. A tab that closes in the middle leaves the old one or the new one.
 * @returns false where another run has the right to it by now, and nothing was kept
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export function saveCheckpoint(checkpoint: CheckpointRecord): Promise<boolean> {
  const { startedAt, savedAt } = checkpoint;
  return inTransaction(STORES, 'readwrite', async (transaction) => {
    const owner = await transaction.objectStore('checkpointOwner').get('current');
    if (owner && owner.startedAt !== startedAt) return false;
    const checkpoints = transaction.objectStore('checkpoint');
    const pieces = transaction.objectStore('pieces');
    await deletePieces(pieces, await checkpoints.get('current'));
    const stored = await putPieces(pieces, `checkpoint ${startedAt} ${savedAt}`, checkpoint);
    await checkpoints.put(withVersion('checkpoint', stored), 'current');
    await transaction.objectStore('checkpointHeader').put(toHeader(checkpoint), 'current');
    return true;
  });
}

/**
 * The last checkpoint with its weights, or null: fit to go on from, every number finite.
 * @throws AppError recordUnreadable, recordFromLater, storageUnavailable, storageBlocked
 */
export async function loadCheckpoint(): Promise<CheckpointRecord | null> {
  const stored = await inTransaction(['checkpoint', 'pieces'], 'readonly', async (transaction) => {
    const kept = await transaction.objectStore('checkpoint').get('current');
    return kept && withPieces(transaction.objectStore('pieces'), kept);
  });
  if (stored === undefined) return null;
  const checkpoint = await readVersioned<CheckpointRecord>('checkpoint', stored);
  const { weightProblemOf } = await import('./recordSchemas.ts');
  const problem = weightProblemOf(checkpoint.snapshot);
  if (problem !== null)
    throw new AppError('recordUnreadable', { kind: 'checkpoint' }, { cause: new Error(problem) });
  return checkpoint;
}

/** The last checkpoint without its weights, or null. @throws as `loadCheckpoint` */
export async function loadCheckpointFacts(): Promise<CheckpointFacts | null> {
  const stored = await inTransaction(['checkpoint'], 'readonly', ({ store }) => store.get('current'));
  return stored ? readFacts(stored) : null;
}

/** What the last checkpoint is of; null if there is none. @throws AppError storageUnavailable, storageBlocked */
export async function loadCheckpointHeader(): Promise<CheckpointHeader | null> {
  return (await inTransaction(['checkpointHeader'], 'readonly', ({ store }) => store.get('current'))) ?? null;
}

/**
 * Notes what has become of the checkpoint of the run that started then; one of another run stays as it is.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function noteCheckpoint(
  startedAt: string,
  change: Pick<CheckpointHeader, 'fate' | 'isHeadKept' | 'tries'>,
): Promise<void> {
  await inTransaction(['checkpointHeader', 'checkpointOwner'], 'readwrite', async (transaction) => {
    const owners = transaction.objectStore('checkpointOwner');
    // Its engine may still be about to write a snapshot, whose header would know nothing of this.
    if (change.fate && (await owners.get('current'))?.startedAt === startedAt)
      await owners.put({ startedAt: NOBODY }, 'current');
    const headers = transaction.objectStore('checkpointHeader');
    const header = await headers.get('current');
    if (header?.startedAt === startedAt) await headers.put({ ...header, ...change }, 'current');
  });
}

/**
 * Deletes the checkpoint of the run that started then, and lets that run write none any more; one of another run stays.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function deleteCheckpoint(startedAt: string): Promise<void> {
  await inTransaction(STORES, 'readwrite', async (transaction) => {
    const owners = transaction.objectStore('checkpointOwner');
    // A write that is still under way comes after this, and must find itself without the right.
    if ((await owners.get('current'))?.startedAt === startedAt)
      await owners.put({ startedAt: NOBODY }, 'current');
    const headers = transaction.objectStore('checkpointHeader');
    const kept = await headers.get('current');
    if (kept?.startedAt !== startedAt) return;
    const checkpoints = transaction.objectStore('checkpoint');
    await deletePieces(transaction.objectStore('pieces'), await checkpoints.get('current'));
    await headers.delete('current');
    await checkpoints.delete('current');
  });
}

/** The pages' part of a stored checkpoint: an older one has its weights in it. */
function readFacts(stored: unknown): Promise<CheckpointFacts> {
  const record = withoutPieces(stored) as CheckpointRecord;
  const { head: _head, bestHead: _best, optimizerState: _state, ...facts } = record.snapshot ?? {};
  return readVersioned<CheckpointFacts>('checkpoint', { ...record, snapshot: facts });
}

interface Found {
  readonly stored: CheckpointRecord | undefined;
  readonly header: CheckpointHeader | undefined;
}

/** Its weights are asked as a run goes on from it, which notes what came of it. */
async function canBeRead({ stored, header }: Found): Promise<boolean> {
  if (stored === undefined) return true;
  const fate = header?.fate;
  if (fate?.kind === 'failed' && (fate.code === 'recordUnreadable' || fate.code === 'recordFromLater'))
    return false;
  try {
    await readFacts(stored);
    return true;
  } catch (thrown) {
    if (thrown instanceof AppError) return false;
    throw thrown;
  }
}
