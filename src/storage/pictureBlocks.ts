/**
 * Small pictures in blocks: a record each for tens of thousands would take minutes to write, and more room than the
 * pictures themselves.
 */
import type { ContentHash } from '../domain/picture.ts';
import { inTransaction } from './database.ts';
import type { PictureBlock } from './stores.ts';

export interface SmallPicture {
  readonly hash: ContentHash;
  readonly bytes: ArrayBuffer;
  readonly type: string;
}

/** Where a picture lies. */
interface Place {
  readonly block: number;
  readonly begin: number;
  readonly end: number;
  readonly type: string;
}

type Directory = ReadonlyMap<ContentHash, Place>;

/** Read once, and again after every change; other tabs change it, too. */
let directory: Promise<Directory> | null = null;

const STORES = ['pictureBlocks', 'pictureBlockBytes'] as const;

function* placesOf(block: number, { hashes, ends, types }: PictureBlock): Generator<[ContentHash, Place]> {
  for (const [i, hash] of hashes.entries()) {
    yield [hash, { block, begin: ends[i - 1] ?? 0, end: ends[i] ?? 0, type: types[i] ?? '' }];
  }
}

function readBlocks(): Promise<readonly (readonly [number, PictureBlock])[]> {
  return inTransaction(['pictureBlocks'], 'readonly', async ({ store }) => {
    const [keys, blocks] = await Promise.all([store.getAllKeys(), store.getAll()]);
    return blocks.map((block, i) => [keys[i] ?? 0, block] as const);
  });
}

function readDirectory(): Promise<Directory> {
  directory ??= readBlocks().then(
    (blocks) => new Map(blocks.flatMap(([key, block]) => [...placesOf(key, block)])),
    (thrown: unknown) => {
      directory = null;
      throw thrown;
    },
  );
  return directory;
}

function join(pictures: readonly SmallPicture[]): {
  readonly head: PictureBlock;
  readonly bytes: ArrayBuffer;
} {
  const all = new Uint8Array(pictures.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  const ends = new Uint32Array(pictures.length);
  let end = 0;
  for (const [i, { bytes }] of pictures.entries()) {
    all.set(new Uint8Array(bytes), end);
    end += bytes.byteLength;
    ends[i] = end;
  }
  const hashes = pictures.map(({ hash }) => hash);
  return { head: { hashes, ends, types: pictures.map(({ type }) => type) }, bytes: all.buffer };
}

/** Keeps them as one block, all or none. @throws AppError storageUnavailable, storageFull, storageBlocked */
export async function putBlock(pictures: readonly SmallPicture[]): Promise<void> {
  if (pictures.length === 0) return;
  const { head, bytes } = join(pictures);
  const key = await inTransaction(STORES, 'readwrite', async (transaction) => {
    const added = await transaction.objectStore('pictureBlocks').add(head);
    await transaction.objectStore('pictureBlockBytes').put(bytes, added);
    return added;
  });
  // Whoever reads meanwhile may not know the new ones yet; reading all heads anew for each block would take long.
  directory = directory?.then((known) => new Map([...known, ...placesOf(key, head)])) ?? null;
  // Whoever waits for it is told; nobody may.
  directory?.catch(() => undefined);
}

/** Of the blocks that were read last, so that pictures that are read in turns share one. */
const KEPT_BLOBS = 8;
const blobs = new Map<number, Blob>();

/** null for a block that is there no more. */
async function readBlob(key: number): Promise<Blob | null> {
  const known = blobs.get(key);
  if (known) return known;
  const bytes = await inTransaction(['pictureBlockBytes'], 'readonly', ({ store }) => store.get(key));
  if (!bytes) return null;
  const blob = new Blob([bytes]);
  blobs.set(key, blob);
  for (const oldest of blobs.keys()) {
    if (blobs.size <= KEPT_BLOBS) break;
    blobs.delete(oldest);
  }
  return blob;
}

/** Those of a directory; null where it is of yesterday. */
async function lookUp(
  known: Directory,
  hashes: readonly ContentHash[],
): Promise<Map<ContentHash, Blob> | null> {
  const found = new Map<ContentHash, Blob>();
  for (const hash of hashes) {
    const place = known.get(hash);
    if (!place) continue;
    const blob = await readBlob(place.block);
    if (!blob) return null;
    // Parts of one blob: none of them holds bytes of its own.
    found.set(hash, blob.slice(place.begin, place.end, place.type));
  }
  return found;
}

/** Of those that lie in blocks; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export async function getFromBlocks(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  const found = await lookUp(await readDirectory(), hashes);
  if (found) return found;
  // A block was written anew under another key, here or in another tab.
  directory = null;
  return (await lookUp(await readDirectory(), hashes)) ?? new Map();
}

/** As they are on the disk now, also by other tabs. @throws AppError storageUnavailable, storageBlocked */
export async function listInBlocks(): Promise<ReadonlySet<ContentHash>> {
  directory = null;
  return new Set((await readDirectory()).keys());
}

/**
 * Deletes those that are not kept: whole blocks, or out of a block that is written anew.
 * @returns how many went
 * @throws AppError storageUnavailable, storageBlocked, storageFull
 */
export async function deleteFromBlocksExcept(kept: ReadonlySet<ContentHash>): Promise<number> {
  let gone = 0;
  const seen = new Set<ContentHash>();
  for (const [key, block] of await readBlocks()) {
    const places = [...placesOf(key, block)];
    // Also one that lies in two blocks, as after a failure in between.
    const left = places.filter(([hash]) => kept.has(hash) && !seen.has(hash));
    for (const [hash] of left) seen.add(hash);
    if (left.length === places.length) continue;
    blobs.delete(key);
    directory = null;
    await inTransaction(STORES, 'readwrite', async (transaction) => {
      const heads = transaction.objectStore('pictureBlocks');
      const all = transaction.objectStore('pictureBlockBytes');
      const bytes = await all.get(key);
      await Promise.all([heads.delete(key), all.delete(key)]);
      if (left.length === 0 || !bytes) return;
      const rest = join(
        left.map(([hash, { begin, end, type }]) => ({ hash, type, bytes: bytes.slice(begin, end) })),
      );
      // Under another key: a tab that knows where a picture was before must find nothing there, not another picture.
      await all.put(rest.bytes, await heads.add(rest.head));
    }).finally(() => {
      directory = null;
    });
    gone += places.length - left.length;
  }
  return gone;
}
