/** Where the bytes of pictures are: in IndexedDB, or in memory until they are there, or nowhere, which is said. */
import { createStore } from 'zustand/vanilla';
import type { ContentHash } from '../../domain/picture.ts';
import { sizeBytesOf, toOwnBlob } from '../../domain/pictureBytes.ts';
import {
  findPictures,
  getPictures,
  getThumbnails,
  isOwnThumbnail,
  type PictureEntry,
} from '../../storage/storedDataset.ts';

/** Pictures that are listed, but whose files lie nowhere (any more); adding them again puts that right. */
export const missingPicturesStore = createStore<{ readonly missing: ReadonlySet<ContentHash> }>(() => ({
  missing: new Set(),
}));

/** Enough for the screens around the one that is shown; a thumbnail has about 5 kB. */
const KEPT_THUMBNAILS = 4000;
/** Requests of one frame become one transaction. */
const GATHER_MS = 8;

const inMemory = new Map<ContentHash, PictureEntry>();
const thumbnails = new Map<ContentHash, Blob>();
/** Of which it is known that they are stored. */
let stored = new Set<ContentHash>();

/** Takes over the bytes of new pictures, until they are stored. @returns how many of them were missing */
export function holdPictures(entries: readonly PictureEntry[]): number {
  for (const entry of entries) if (!stored.has(entry.hash)) inMemory.set(entry.hash, entry);
  return leaveMissing(entries.map(({ hash }) => hash));
}

/** Whether its bytes are in memory only. */
export function isUnsaved(hash: ContentHash): boolean {
  return inMemory.has(hash);
}

/** Kept together: of pictures that have a record each, and of those that share one. */
const MOST_WITH_RECORD = 64;
const MOST_IN_BLOCK = 512;
const BLOCK_BYTES = 2e6;

/**
 * The first of these pictures that are in memory only, each once: all of them have a record each, or all share one.
 * @param most however many may be kept together
 */
export function unsavedAmong(hashes: Iterable<ContentHash>, most: number): readonly PictureEntry[] {
  const found = new Map<ContentHash, PictureEntry>();
  if (inMemory.size === 0) return [];
  let isBlock: boolean | null = null;
  let bytes = 0;
  for (const hash of hashes) {
    if (found.size >= Math.min(most, isBlock ? MOST_IN_BLOCK : MOST_WITH_RECORD)) break;
    const entry = inMemory.get(hash);
    if (!entry || found.has(hash)) continue;
    isBlock ??= isOwnThumbnail(entry);
    if (isOwnThumbnail(entry) !== isBlock) continue;
    bytes += sizeBytesOf(entry.blob);
    if (isBlock && bytes > BLOCK_BYTES && found.size > 0) break;
    found.set(hash, entry);
  }
  return [...found.values()];
}

/** They lie on the disk now. */
export function noteStored(hashes: readonly ContentHash[]): void {
  for (const hash of hashes) {
    stored.add(hash);
    inMemory.delete(hash);
  }
}

/** Their files have changed or gone before they were stored. */
export function forgetPictures(hashes: readonly ContentHash[]): void {
  for (const hash of hashes) inMemory.delete(hash);
}

/** Tells what is stored, and so which of the pictures that are listed lie nowhere. */
export function compareWithStored(listed: Iterable<ContentHash>, found: ReadonlySet<ContentHash>): void {
  stored = new Set(found);
  const missing = new Set<ContentHash>();
  for (const hash of listed) if (!found.has(hash) && !inMemory.has(hash)) missing.add(hash);
  missingPicturesStore.setState({ missing });
}

function leaveMissing(hashes: readonly ContentHash[]): number {
  const { missing } = missingPicturesStore.getState();
  const back = new Set(hashes.filter((hash) => missing.has(hash)));
  const left = new Set([...missing].filter((hash) => !back.has(hash)));
  if (back.size > 0) missingPicturesStore.setState({ missing: left });
  return back.size;
}

/**
 * The bytes of these pictures, in one transaction; those that are not there (any more) are missing in the answer.
 * @throws AppError storageUnavailable, storageBlocked
 */
export function readPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  return withHeld(hashes, getPictures);
}

/**
 * The same for a worker that reads blocks itself: null for a picture that lies in one. Of tens of thousands in blocks
 * nothing is read here.
 * @throws AppError storageUnavailable, storageBlocked
 */
export function handOverPictures(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob | null>> {
  return withHeld(hashes, findPictures);
}

/** @param find asked for those that are not in memory */
async function withHeld<Found>(
  hashes: readonly ContentHash[],
  find: (hashes: readonly ContentHash[]) => Promise<Map<ContentHash, Found>>,
): Promise<Map<ContentHash, Found | Blob>> {
  const held = new Map<ContentHash, Found | Blob>();
  for (const hash of hashes) {
    const entry = inMemory.get(hash);
    if (entry) held.set(hash, toOwnBlob(entry.blob));
  }
  const others = hashes.filter((hash) => !held.has(hash));
  return others.length === 0 ? held : new Map([...held, ...(await find(others))]);
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
  const known = thumbnails.get(hash);
  if (known) return known;
  const held = inMemory.get(hash);
  if (!held) return null;
  const blob = toOwnBlob(held.thumbnail);
  // Asked for again, it is the same: a part of a pack would be another blob each time.
  remember(hash, blob);
  return blob;
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
