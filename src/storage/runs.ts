/** Every finished training run, saved with its model, so that settings and curves can be compared later, kept model or not. */
import { inTransaction } from './database.ts';
import type { RunRecord } from './records.ts';

/** All runs, the last started first. @throws AppError storageUnavailable, storageBlocked */
export async function listRuns(): Promise<readonly RunRecord[]> {
  const runs = await inTransaction(['runs'], 'readonly', ({ store }) => store.index('startedAt').getAll());
  return runs.reverse();
}

/** Deletes a run; one that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteRun(id: string): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.delete(id));
}
