/** Where the bytes of pictures are: in IndexedDB, or in memory until they are there, or for good where it is full. */
import { createStore } from 'zustand/vanilla';
import type { ContentHash } from '../../domain/picture.ts';
import { toAppError } from '../../shared/errors.ts';
import { getPictures, getThumbnails, type PictureEntry, putPictures } from '../../storage/storedDataset.ts';
import { notify } from '../shell/notices.ts';

/** True once saving failed: the app goes on in memory and says so. */
export const storageHealthStore = createStore<{ readonly memoryOnly: boolean }>(() => ({
  memoryOnly: false,
}));

/** Enough for the screens around the one that is shown; a thumbnail has about 5 kB. */
const KEPT_THUMBNAILS = 4000;
/** Requests of one frame become one transaction. */
const GATHER_MS = 8;

const inMemory = new Map<ContentHash, PictureEntry>();
const thumbnails = new Map<ContentHash, Blob>();
let lastJob: Promise<void> = Promise.resolve();

/**
 * Runs a writing job after all earlier ones, so that a data set is never saved before its pictures.
 * The first failure ends saving for this visit: half a data set in storage would be worse than none.
 */
export function enqueueSave(job: () => Promise<void>): Promise<void> {
  lastJob = lastJob.then(async () => {
    if (storageHealthStore.getState().memoryOnly) return;
    try {
      await job();
    } catch (thrown) {
      const error = toAppError(thrown);
      console.error(error, error.cause ?? '');
      storageHealthStore.setState({ memoryOnly: true });
      const full = error.code === 'storageFull';
      notify({
        kind: 'warning',
        messageKey: full ? 'dataset:storage.full' : 'dataset:storage.unavailable',
        sticky: true,
        topic: 'storage',
      });
    }
  });
  return lastJob;
}

/** Takes over the bytes of new pictures and writes them in the background. */
export function holdPictures(entries: readonly PictureEntry[]): void {
  for (const entry of entries) inMemory.set(entry.hash, entry);
  void enqueueSave(async () => {
    for (const { hash } of await putReadable(entries)) inMemory.delete(hash);
  });
}

/** Keeps all of them but those whose file has changed or gone since. @returns what was kept */
async function putReadable(entries: readonly PictureEntry[]): Promise<readonly PictureEntry[]> {
  try {
    await putPictures(entries);
    return entries;
  } catch (thrown) {
    // One file that cannot be read fails the whole transaction, with an error that does not name it.
    if (toAppError(thrown).code !== 'storageUnavailable') throw thrown;
  }
  const kept: PictureEntry[] = [];
  for (const entry of entries) {
    if (!(await isReadable(entry))) continue;
    await putPictures([entry]);
    kept.push(entry);
  }
  return kept;
}

async function isReadable({ hash, blob }: PictureEntry): Promise<boolean> {
  try {
    await blob.arrayBuffer();
    return true;
  } catch (thrown) {
    console.warn(`the picture ${hash} can no longer be read and is not kept`, thrown);
    return false;
  }
}

/**
 * The bytes of these pictures, in one transaction; those that are not there (any more) are missing in the answer.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function readPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  const held = new Map<ContentHash, Blob>();
  for (const hash of hashes) {
    const entry = inMemory.get(hash);
    if (entry) held.set(hash, entry.blob);
  }
  const others = hashes.filter((hash) => !held.has(hash));
  return others.length === 0 ? held : new Map([...held, ...(await getPictures(others))]);
}

interface Waiting {
  readonly resolve: (blob: Blob | null) => void;
  readonly reject: (error: unknown) => void;
}
let waiting = new Map<ContentHash, Waiting[]>();

async function answerWaiting(): Promise<void> {
  const asked = waiting;
  waiting = new Map();
  try {
    const found = await getThumbnails([...asked.keys()]);
    for (const [hash, callers] of asked) {
      const blob = found.get(hash) ?? null;
      if (blob) remember(hash, blob);
      for (const { resolve } of callers) resolve(blob);
    }
  } catch (thrown) {
    for (const callers of asked.values()) for (const { reject } of callers) reject(thrown);
  }
}

function remember(hash: ContentHash, blob: Blob): void {
  thumbnails.delete(hash);
  thumbnails.set(hash, blob);
  for (const oldest of thumbnails.keys()) {
    if (thumbnails.size <= KEPT_THUMBNAILS) break;
    thumbnails.delete(oldest);
  }
}

/** The thumbnail if it is at hand without waiting. */
export function peekThumbnail(hash: ContentHash): Blob | null {
  return inMemory.get(hash)?.thumbnail ?? thumbnails.get(hash) ?? null;
}

/** The thumbnail, or null if there is none (any more). @throws AppError storageUnavailable */
export function readThumbnail(hash: ContentHash): Promise<Blob | null> {
  const known = peekThumbnail(hash);
  if (known) return Promise.resolve(known);
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(() => void answerWaiting(), GATHER_MS);
    waiting.set(hash, [...(waiting.get(hash) ?? []), { resolve, reject }]);
  });
}
