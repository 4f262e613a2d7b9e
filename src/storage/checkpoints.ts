/** The one training run that can go on after a reload or a crash; the last state that reached the disk counts. */
import { inTransaction } from './database.ts';
import type { CheckpointRecord } from './schema.ts';

export type { CheckpointRecord } from './schema.ts';

/**
 * Keeps a checkpoint in place of the one before. A tab that closes in the middle leaves the old one or the new one.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function saveCheckpoint(checkpoint: CheckpointRecord): Promise<void> {
  await inTransaction(['checkpoint'], 'readwrite', ({ store }) => store.put(checkpoint, 'current'));
}

/** The last checkpoint, or null. @throws AppError storageUnavailable, storageBlocked */
export async function loadCheckpoint(): Promise<CheckpointRecord | null> {
  return (await inTransaction(['checkpoint'], 'readonly', ({ store }) => store.get('current'))) ?? null;
}

/**
 * Deletes the checkpoint of the run that started then; one of another run stays.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function deleteCheckpoint(startedAt: string): Promise<void> {
  await inTransaction(['checkpoint'], 'readwrite', async ({ store }) => {
    const kept = await store.get('current');
    if (kept?.startedAt === startedAt) await store.delete('current');
  });
}
