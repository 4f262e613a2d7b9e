/** Every training run that ended, kept model or not, so that settings and curves can be compared later. */

import type { RunRecord } from '../domain/runRecord.ts';
import { inTransaction } from './database.ts';
import { type ReadRecords, readAllVersioned, withVersion } from './versionedRecord.ts';

/** All runs, the last started first, and those that cannot be read. @throws AppError storageUnavailable, storageBlocked */
export async function readRuns(): Promise<ReadRecords<RunRecord>> {
  const stored = await inTransaction(['runs'], 'readonly', ({ store }) => store.index('startedAt').getAll());
  return readAllVersioned<RunRecord>('run', stored.reverse());
}

/** Those that can be read. @throws as `readRuns` */
export async function listRuns(): Promise<readonly RunRecord[]> {
  return (await readRuns()).records;
}

/**
 * Saves a run that became no model, or one that was deleted by mistake; a run with a model is saved with it, by
 * `saveModel`.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function saveRun(run: RunRecord): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.put(withVersion('run', run)));
}

/** Deletes a run; one that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteRun(id: string): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.delete(id));
}
