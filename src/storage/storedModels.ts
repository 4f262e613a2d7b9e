/** Trained models: a record that lists show, the head's network, and the run it came from, saved together or not at all. */

import type { ModelDescription, ModelRecord, StoredModel } from '../domain/model.ts';
import type { RunRecord } from '../domain/runRecord.ts';
import type { Network } from '../network/network.ts';
import { AppError } from '../shared/errors.ts';
import { inTransaction } from './database.ts';
import { deletePieces, putPieces, withPieces } from './piecedRecord.ts';
import { type ReadRecords, readAllVersioned, readVersioned, withVersion } from './versionedRecord.ts';

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
  await inTransaction(['models', 'heads', 'pieces', 'runs'], 'readwrite', async (transaction) => {
    const heads = transaction.objectStore('heads');
    const pieces = transaction.objectStore('pieces');
    await transaction.objectStore('models').put(withVersion('model', record));
    await deletePieces(pieces, await heads.get(record.id));
    const stored = await putPieces(pieces, `head ${record.id}`, head);
    await heads.put(withVersion('head', stored), record.id);
    if (run) await transaction.objectStore('runs').put(withVersion('run', run));
  });
}

/** All models, the last saved first, and those that cannot be read. @throws AppError storageUnavailable, storageBlocked */
export async function readModels(): Promise<ReadRecords<ModelRecord>> {
  const stored = await inTransaction(['models'], 'readonly', ({ store }) => store.getAll());
  const { records, unreadable } = await readAllVersioned<ModelRecord>('model', stored);
  const sorted = [...records].sort((a, b) =>
    a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0,
  );
  return { records: sorted, unreadable };
}

/** Those that can be read. @throws as `readModels` */
export async function listModels(): Promise<readonly ModelRecord[]> {
  return (await readModels()).records;
}

/** @throws AppError notFound, recordUnreadable, recordFromLater, storageUnavailable, storageBlocked */
export async function getModel(id: string): Promise<StoredModel> {
  const stored = await inTransaction(['models', 'heads', 'pieces'], 'readonly', async (transaction) => {
    const [record, head] = await Promise.all([
      transaction.objectStore('models').get(id),
      transaction.objectStore('heads').get(id),
    ]);
    if (!record || !head) throw new AppError('notFound');
    return { record, head: await withPieces(transaction.objectStore('pieces'), head) };
  });
  return {
    record: await readVersioned<ModelRecord>('model', stored.record),
    head: await readVersioned<Network>('head', stored.head),
  };
}

/** @throws AppError notFound, recordUnreadable, recordFromLater, storageUnavailable, storageFull, storageBlocked */
async function changeRecord(id: string, change: Partial<ModelRecord>): Promise<ModelRecord> {
  const stored = await inTransaction(['models'], 'readonly', ({ store }) => store.get(id));
  if (!stored) throw new AppError('notFound');
  const changed = { ...(await readVersioned<ModelRecord>('model', stored)), ...change };
  return inTransaction(['models'], 'readwrite', async ({ store }) => {
    // Another tab may have deleted it meanwhile.
    if (!(await store.getKey(id))) throw new AppError('notFound');
    await store.put(withVersion('model', changed));
    return changed;
  });
}

/** @throws AppError notFound, recordUnreadable, recordFromLater, storageUnavailable, storageFull, storageBlocked */
export function renameModel(id: string, name: string, now: Date): Promise<ModelRecord> {
  return changeRecord(id, { name, updatedAt: now.toISOString() });
}

/** Adds to what a record tells of its model, whose place in the list stays. @throws AppError as `renameModel` */
export function describeModel(
  id: string,
  known: Pick<ModelRecord, 'exactCheck' | 'exactMetrics'>,
): Promise<ModelRecord> {
  return changeRecord(id, known);
}

/** Deletes a model; one that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteModel(id: string): Promise<void> {
  await inTransaction(['models', 'heads', 'pieces'], 'readwrite', async (transaction) => {
    const heads = transaction.objectStore('heads');
    await deletePieces(transaction.objectStore('pieces'), await heads.get(id));
    await Promise.all([transaction.objectStore('models').delete(id), heads.delete(id)]);
  });
}
