/** Every training run that ended, kept model or not, so that settings and curves can be compared later. */

import { withTodaysNames } from '../domain/olderNames.ts';
import type { RunRecord } from '../domain/runRecord.ts';
import { inTransaction } from './database.ts';

/** All runs, the last started first. @throws AppError storageUnavailable, storageBlocked */
export async function listRuns(): Promise<readonly RunRecord[]> {
  const runs = await inTransaction(['runs'], 'readonly', ({ store }) => store.index('startedAt').getAll());
  return runs.map((run) => withTodaysNames(run)).reverse();
}

/**
 * Saves a run that became no model, or one that was deleted by mistake; a run with a model is saved with it, by
 * `saveModel`.
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function saveRun(run: RunRecord): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.put(run));
}

/** Deletes a run; one that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteRun(id: string): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.delete(id));
}
