/** The current data set and its pictures, so that a reload goes on where the person was. */
import type { Dataset } from '../domain/dataset.ts';
import type { ContentHash, PictureBytes } from '../domain/picture.ts';
import { toOwnBlob } from '../domain/pictureBytes.ts';
import { AppError } from '../shared/errors.ts';
import { release } from '../shared/release.ts';
import { inTransaction, toStorageError } from './database.ts';
import {
  deleteFromBlocksExcept,
  findInBlocks,
  getFromBlocks,
  listInBlocks,
  putBlock,
} from './pictureBlocks.ts';
import { readSmall, toBlob, toStoredBytes } from './storedBytes.ts';
import type { StoredThumbnail } from './stores.ts';
import { asUnreadable, readVersioned, withVersion } from './versionedRecord.ts';

export interface PictureEntry {
  readonly hash: ContentHash;
  readonly blob: PictureBytes;
  /** The same value where the picture is small enough. */
  readonly thumbnail: PictureBytes;
}

/** Of these many are kept in one record. */
export function isOwnThumbnail({ blob, thumbnail }: PictureEntry): boolean {
  return blob === thumbnail;
}

/** @throws AppError storageUnavailable, storageFull, storageBlocked */
export async function saveDataset(dataset: Dataset): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) =>
    store.put(withVersion('dataset', dataset), 'current'),
  );
}

/**
 * The data set as last saved, or null. One that cannot be read is put beside, and its pictures with it, so that a new one
 * can be begun; one of a later version of the app stays where it is.
 * @throws AppError recordUnreadable (once), recordFromLater, storageUnavailable, storageBlocked
 */
export async function loadDataset(): Promise<Dataset | null> {
  const stored = await inTransaction(['dataset'], 'readonly', ({ store }) => store.get('current'));
  if (!stored) return null;
  try {
    return await readVersioned<Dataset>('dataset', stored);
  } catch (thrown) {
    // What a later version wrote stays for it.
    if (asUnreadable('dataset', thrown)?.isFromLater === false) await putBeside(stored);
    throw thrown;
  }
}

async function putBeside(stored: Dataset): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', async ({ store }) => {
    await store.put(stored, new Date().toISOString());
    await store.delete('current');
  });
}

/** Whether this browser keeps blobs, or the bytes of pictures alone; null until it was tried. */
let keepsBlobs: boolean | null = null;

/**
 * Keeps pictures with their thumbnails, all or none of those that are their own thumbnails, and of the others; hand over
 * some hundreds at a time.
 * @throws AppError storageUnavailable (also where a file can no longer be read), storageFull, storageBlocked
 */
export async function putPictures(all: readonly PictureEntry[]): Promise<void> {
  const small = await readSmall(all.filter(isOwnThumbnail)).catch(throwStorageError);
  await putBlock(small).finally(() => {
    for (const { bytes } of small) release(bytes.buffer);
  });
  const entries = all.filter((entry) => !isOwnThumbnail(entry));
  if (entries.length === 0) return;
  const thumbnails = await readAll(entries.map(({ thumbnail }) => toOwnBlob(thumbnail)));
  const blobs = entries.map(({ blob }) => toOwnBlob(blob));
  keepsBlobs ??= await canKeepBlob();
  await putAll(entries, keepsBlobs ? blobs : await readAll(blobs), thumbnails);
}

/**
 * Tries with the smallest there is, alone and before all others, and takes it away again: where WebKitGTK 2.50 refuses
 * several blobs of one transaction, no transaction of that database ever ends again.
 * @throws AppError storageFull, storageBlocked
 */
async function canKeepBlob(): Promise<boolean> {
  const key = 'a blob to try with';
  try {
    await inTransaction(['pictures'], 'readwrite', async ({ store }) => {
      await store.put(new Blob(['1']), key);
      await store.delete(key);
    });
    return true;
  } catch (thrown) {
    // Bytes will be tried, and tell why if they cannot be kept either.
    if (thrown instanceof AppError && thrown.code === 'storageUnavailable') return false;
    throw thrown;
  }
}

/** @throws AppError storageUnavailable */
function readAll(blobs: readonly Blob[]): Promise<readonly StoredThumbnail[]> {
  return Promise.all(blobs.map(toStoredBytes)).catch(throwStorageError);
}

function throwStorageError(thrown: unknown): never {
  throw toStorageError(thrown);
}

async function putAll(
  entries: readonly PictureEntry[],
  values: readonly (Blob | StoredThumbnail)[],
  thumbnails: readonly StoredThumbnail[],
): Promise<void> {
  await inTransaction(['pictures', 'thumbnails'], 'readwrite', (transaction) => {
    const pictures = transaction.objectStore('pictures');
    const small = transaction.objectStore('thumbnails');
    return Promise.all(
      entries.flatMap(({ hash }, index) => {
        const value = values[index];
        const thumbnail = thumbnails[index];
        return [
          ...(value ? [pictures.put(value, hash)] : []),
          ...(thumbnail ? [small.put(thumbnail, hash)] : []),
        ];
      }),
    );
  });
}

/** The pictures that are kept; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export function getPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  return getFrom('pictures', hashes);
}

/** The thumbnails that are kept; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export function getThumbnails(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  return getFrom('thumbnails', hashes);
}

async function getFrom(
  name: 'pictures' | 'thumbnails',
  hashes: readonly ContentHash[],
): Promise<Map<ContentHash, Blob>> {
  const small = await getFromBlocks(hashes);
  const others = hashes.filter((hash) => !small.has(hash));
  return others.length === 0 ? small : new Map([...small, ...(await getSingle(name, others))]);
}

async function getSingle(
  name: 'pictures' | 'thumbnails',
  hashes: readonly ContentHash[],
): Promise<Map<ContentHash, Blob>> {
  const stored = await inTransaction([name], 'readonly', ({ store }) =>
    Promise.all(hashes.map((hash) => store.get(hash))),
  );
  return toMap(
    hashes,
    stored.map((one) => one && toBlob(one)),
  );
}

/**
 * The pictures that are kept, null for those that share a record with others, which are not read; others are missing in
 * the answer.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function findPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob | null>> {
  const small = await findInBlocks(hashes);
  const others = hashes.filter((hash) => !small.has(hash));
  const found: Map<ContentHash, Blob | null> =
    others.length === 0 ? new Map() : await getSingle('pictures', others);
  for (const hash of small) found.set(hash, null);
  return found;
}

/** The pictures that are kept whole, with their thumbnails. @throws AppError storageUnavailable, storageBlocked */
export async function listPictures(): Promise<ReadonlySet<ContentHash>> {
  const [pictures, thumbnails] = await inTransaction(['pictures', 'thumbnails'], 'readonly', (transaction) =>
    Promise.all([
      transaction.objectStore('pictures').getAllKeys(),
      transaction.objectStore('thumbnails').getAllKeys(),
    ]),
  );
  const small = new Set(thumbnails);
  return new Set([...pictures.filter((hash) => small.has(hash)), ...(await listInBlocks())]);
}

/**
 * Deletes the pictures that the data set no longer holds; none while there is a data set beside it that could not be
 * read, whose pictures nobody knows.
 * @returns how many went
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function deletePicturesExcept(hashes: readonly ContentHash[]): Promise<number> {
  const kept = new Set(hashes);
  const deleted = await inTransaction(
    ['dataset', 'pictures', 'thumbnails'],
    'readwrite',
    async (transaction) => {
      const keys = await transaction.objectStore('dataset').getAllKeys();
      if (keys.some((key) => key !== 'current')) return null;
      const pictures = transaction.objectStore('pictures');
      const thumbnails = transaction.objectStore('thumbnails');
      const gone = (await pictures.getAllKeys()).filter((hash) => !kept.has(hash));
      await Promise.all(gone.flatMap((hash) => [pictures.delete(hash), thumbnails.delete(hash)]));
      return gone.length;
    },
  );
  return deleted === null ? 0 : deleted + (await deleteFromBlocksExcept(kept));
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
