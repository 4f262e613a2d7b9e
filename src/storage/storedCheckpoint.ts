/** The one training run that can go on after a reload or a crash; the last state that reached the disk counts. */

import { type CheckpointHeader, type CheckpointRecord, toHeader } from '../domain/checkpoint.ts';
import { withTodaysNames } from '../domain/olderNames.ts';
import { inTransaction } from './database.ts';

const STORES = ['checkpoint', 'checkpointHeader'] as const;

/**
 * Keeps a checkpoint in place of the one before. A tab that closes in the middle leaves the old one or the new one.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function saveCheckpoint(checkpoint: CheckpointRecord): Promise<void> {
  await inTransaction(STORES, 'readwrite', async (transaction) => {
    await transaction.objectStore('checkpoint').put(checkpoint, 'current');
    await transaction.objectStore('checkpointHeader').put(toHeader(checkpoint), 'current');
  });
}

/** The last checkpoint, or null. @throws AppError storageUnavailable, storageBlocked */
export async function loadCheckpoint(): Promise<CheckpointRecord | null> {
  const kept = await inTransaction(['checkpoint'], 'readonly', ({ store }) => store.get('current'));
  return kept ? withTodaysNames(kept) : null;
}

/** What the last checkpoint is of, without its weights; null if there is none. @throws as `loadCheckpoint` */
export async function loadCheckpointHeader(): Promise<CheckpointHeader | null> {
  return (await inTransaction(['checkpointHeader'], 'readonly', ({ store }) => store.get('current'))) ?? null;
}

/**
 * Deletes the checkpoint of the run that started then; one of another run stays.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function deleteCheckpoint(startedAt: string): Promise<void> {
  await inTransaction(STORES, 'readwrite', async (transaction) => {
    const headers = transaction.objectStore('checkpointHeader');
    const kept = await headers.get('current');
    if (kept?.startedAt !== startedAt) return;
    await headers.delete('current');
    await transaction.objectStore('checkpoint').delete('current');
  });
}
