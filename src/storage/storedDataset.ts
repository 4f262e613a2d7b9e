/** The current data set and its pictures, so that a reload goes on where the person was. */
import type { Dataset } from '../domain/dataset.ts';
import type { ContentHash } from '../domain/picture.ts';
import { inTransaction, toStorageError } from './database.ts';
import type { StoredThumbnail } from './stores.ts';
import { asUnreadable, readVersioned, withVersion } from './versionedRecord.ts';

export interface PictureEntry {
  readonly hash: ContentHash;
  readonly blob: Blob;
  readonly thumbnail: Blob;
}

/** @throws AppError storageUnavailable, storageFull, storageBlocked */
export async function saveDataset(dataset: Dataset): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) =>
    store.put(withVersion('dataset', dataset), 'current'),
  );
}

/**
 * The data set as last saved, or null. One that cannot be read is put beside, and its pictures with it, so that a new one
 * can be begun.
 * @throws AppError recordUnreadable, recordFromLater (once), storageUnavailable, storageBlocked
 */
export async function loadDataset(): Promise<Dataset | null> {
  const stored = await inTransaction(['dataset'], 'readonly', ({ store }) => store.get('current'));
  if (!stored) return null;
  try {
    return await readVersioned<Dataset>('dataset', stored);
  } catch (thrown) {
    if (asUnreadable('dataset', thrown)) await putBeside(stored);
    throw thrown;
  }
}

async function putBeside(stored: Dataset): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', async ({ store }) => {
    await store.put(stored, new Date().toISOString());
    await store.delete('current');
  });
}

/**
 * Keeps pictures with their thumbnails, all or none of those given; hand over some hundreds at a time.
 * @throws AppError storageUnavailable (also where a file can no longer be read), storageFull, storageBlocked
 */
export async function putPictures(entries: readonly PictureEntry[]): Promise<void> {
  const thumbnails = await Promise.all(entries.map(({ thumbnail }) => toStored(thumbnail))).catch(
    (thrown: unknown) => {
      throw toStorageError(thrown);
    },
  );
  await inTransaction(['pictures', 'thumbnails'], 'readwrite', (transaction) => {
    const pictures = transaction.objectStore('pictures');
    const small = transaction.objectStore('thumbnails');
    return Promise.all(
      entries.flatMap(({ hash, blob }, index) => {
        const thumbnail = thumbnails[index];
        return [pictures.put(blob, hash), ...(thumbnail ? [small.put(thumbnail, hash)] : [])];
      }),
    );
  });
}

/** The pictures that are kept; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export function getPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  return inTransaction(['pictures'], 'readonly', async ({ store }) =>
    toMap(hashes, await Promise.all(hashes.map((hash) => store.get(hash)))),
  );
}

/** The thumbnails that are kept; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export async function getThumbnails(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  const stored = await inTransaction(['thumbnails'], 'readonly', ({ store }) =>
    Promise.all(hashes.map((hash) => store.get(hash))),
  );
  return toMap(
    hashes,
    stored.map((one) => one && new Blob([one.bytes], { type: one.type })),
  );
}

/**
 * Deletes the pictures that the data set no longer holds; none while there is a data set beside it that could not be
 * read, whose pictures nobody knows.
 * @returns how many went
 * @throws AppError storageUnavailable, storageBlocked
 */
export function deletePicturesExcept(hashes: readonly ContentHash[]): Promise<number> {
  const kept = new Set(hashes);
  return inTransaction(['dataset', 'pictures', 'thumbnails'], 'readwrite', async (transaction) => {
    const keys = await transaction.objectStore('dataset').getAllKeys();
    if (keys.some((key) => key !== 'current')) return 0;
    const pictures = transaction.objectStore('pictures');
    const thumbnails = transaction.objectStore('thumbnails');
    const gone = (await pictures.getAllKeys()).filter((hash) => !kept.has(hash));
    await Promise.all(gone.flatMap((hash) => [pictures.delete(hash), thumbnails.delete(hash)]));
    return gone.length;
  });
}

async function toStored(thumbnail: Blob): Promise<StoredThumbnail> {
  return { bytes: await thumbnail.arrayBuffer(), type: thumbnail.type };
}

function toMap<Value>(
  hashes: readonly ContentHash[],
  values: readonly (Value | undefined)[],
): Map<ContentHash, Value> {
  const found = new Map<ContentHash, Value>();
  hashes.forEach((hash, index) => {
    const value = values[index];
    if (value !== undefined) found.set(hash, value);
  });
  return found;
}
