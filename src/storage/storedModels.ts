/** Trained models: a record that lists show, the head's network, and the run it came from, saved together or not at all. */

import type { ModelDescription, ModelRecord, StoredModel } from '../domain/model.ts';
import { withTodaysNames } from '../domain/olderNames.ts';
import type { RunRecord } from '../domain/runRecord.ts';
import type { Network } from '../network/network.ts';
import { AppError } from '../shared/errors.ts';
import { inTransaction } from './database.ts';

/** The record of a model as it stands now. */
export function createModelRecord(
  id: string,
  description: ModelDescription,
  head: Network,
  now: Date,
): ModelRecord {
  const sizeBytes = Object.values(head.weights).reduce((sum, { values }) => sum + values.byteLength, 0);
  return { ...description, id, updatedAt: now.toISOString(), sizeBytes };
}

/**
 * Saves a model, in place of the one with the same id if there is one. A tab that closes in the middle leaves the
 * old state or the new one, never half.
 * @param run the training it came from, if it was trained here and the run is not kept yet
 * @throws AppError storageUnavailable, storageFull, storageBlocked
 */
export async function saveModel(record: ModelRecord, head: Network, run?: RunRecord): Promise<void> {
  await inTransaction(['models', 'heads', 'runs'], 'readwrite', async (transaction) => {
    await transaction.objectStore('models').put(record);
    await transaction.objectStore('heads').put(head, record.id);
    if (run) await transaction.objectStore('runs').put(run);
  });
}

/** All models, the last saved first. @throws AppError storageUnavailable, storageBlocked */
export async function listModels(): Promise<readonly ModelRecord[]> {
  const records = await inTransaction(['models'], 'readonly', ({ store }) => store.getAll());
  return records
    .map((record) => withTodaysNames(record))
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0));
}

/** @throws AppError notFound, storageUnavailable, storageBlocked */
export function getModel(id: string): Promise<StoredModel> {
  return inTransaction(['models', 'heads'], 'readonly', async (transaction) => {
    const [record, head] = await Promise.all([
      transaction.objectStore('models').get(id),
      transaction.objectStore('heads').get(id),
    ]);
    if (!record || !head) throw new AppError('notFound');
    return { record: withTodaysNames(record), head };
  });
}

/** @throws AppError notFound, storageUnavailable, storageFull, storageBlocked */
export function renameModel(id: string, name: string, now: Date): Promise<ModelRecord> {
  return inTransaction(['models'], 'readwrite', async ({ store }) => {
    const record = await store.get(id);
    if (!record) throw new AppError('notFound');
    const renamed: ModelRecord = { ...withTodaysNames(record), name, updatedAt: now.toISOString() };
    await store.put(renamed);
    return renamed;
  });
}

/** Adds to what a record tells of its model, whose place in the list stays. @throws AppError as `renameModel` */
export function describeModel(
  id: string,
  known: Pick<ModelRecord, 'exactCheck' | 'exactMetrics'>,
): Promise<ModelRecord> {
  return inTransaction(['models'], 'readwrite', async ({ store }) => {
    const record = await store.get(id);
    if (!record) throw new AppError('notFound');
    const described: ModelRecord = { ...withTodaysNames(record), ...known };
    await store.put(described);
    return described;
  });
}

/** Deletes a model; one that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteModel(id: string): Promise<void> {
  await inTransaction(['models', 'heads'], 'readwrite', (transaction) =>
    Promise.all([transaction.objectStore('models').delete(id), transaction.objectStore('heads').delete(id)]),
  );
}
