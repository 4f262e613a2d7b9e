/**
 * Small pictures in blocks: a record each for tens of thousands would take minutes to write, and more room than the
 * pictures themselves.
 */
import type { ContentHash } from '../domain/picture.ts';
import { release } from '../shared/release.ts';
import {
  type BlockReader,
  createBlockReader,
  type Directory,
  enterBlock,
  picturesIn,
  readDirectory,
} from './blockReader.ts';
import { inTransaction } from './database.ts';
import type { SmallPicture } from './storedBytes.ts';
import type { PictureBlock } from './stores.ts';

/** Of what a page shows in turns. */
const KEPT_BLOBS = 8;

interface Known {
  readonly directory: Directory;
  readonly reader: BlockReader;
}

/** Read once, and again after every change that is not noted here; other tabs change it, too. */
let known: Promise<Known> | null = null;

const STORES = ['pictureBlocks', 'pictureBlockBytes'] as const;

function look(): Promise<Known> {
  known ??= readDirectory().then(
    (directory) => ({ directory, reader: createBlockReader(directory, KEPT_BLOBS) }),
    (thrown: unknown) => {
      known = null;
      throw thrown;
    },
  );
  return known;
}

function join(pictures: readonly SmallPicture[]): {
  readonly head: PictureBlock;
  readonly bytes: ArrayBuffer;
} {
  const all = new Uint8Array(pictures.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  const ends = new Uint32Array(pictures.length);
  let end = 0;
  for (const [i, { bytes }] of pictures.entries()) {
    all.set(bytes, end);
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
  }).finally(() => release(bytes));
  // Whoever reads meanwhile may not know the new ones yet; reading all heads anew for each block would take long.
  known?.then(
    ({ directory }) => enterBlock(directory, key, head),
    // Whoever waits for it is told; nobody may.
    () => undefined,
  );
}

/** Of those that lie in blocks; others are missing in the answer. @throws AppError storageUnavailable, storageBlocked */
export async function getFromBlocks(hashes: readonly ContentHash[]): Promise<Map<ContentHash, Blob>> {
  return (await look()).reader.open(hashes);
}

/** Which of them lie in blocks. @throws AppError storageUnavailable, storageBlocked */
export async function findInBlocks(hashes: readonly ContentHash[]): Promise<ReadonlySet<ContentHash>> {
  const { reader } = await look();
  return new Set(hashes.filter((hash) => reader.has(hash)));
}

/** As they are on the disk now, also by other tabs. @throws AppError storageUnavailable, storageBlocked */
export async function listInBlocks(): Promise<ReadonlySet<ContentHash>> {
  known = null;
  return new Set((await look()).directory.blockOf.keys());
}

/**
 * Deletes those that are not kept: whole blocks, or out of a block that is written anew.
 * @returns how many went
 * @throws AppError storageUnavailable, storageBlocked, storageFull
 */
export async function deleteFromBlocksExcept(kept: ReadonlySet<ContentHash>): Promise<number> {
  let gone = 0;
  const seen = new Set<ContentHash>();
  for (const [key, block] of (await readDirectory()).blocks) {
    const { hashes } = block;
    // Also one that lies in two blocks, as after a failure in between.
    const left = new Set(hashes.filter((hash) => kept.has(hash) && !seen.has(hash)));
    for (const hash of left) seen.add(hash);
    if (left.size === hashes.length) continue;
    known = null;
    await inTransaction(STORES, 'readwrite', async (transaction) => {
      const heads = transaction.objectStore('pictureBlocks');
      const all = transaction.objectStore('pictureBlockBytes');
      const bytes = await all.get(key);
      await Promise.all([heads.delete(key), all.delete(key)]);
      if (left.size === 0 || !bytes) return;
      const wanted = new Set(left);
      const remaining = [...picturesIn(block, bytes)].filter(({ hash }) => wanted.delete(hash));
      const rest = join(remaining);
      // Under another key: a tab that knows where a picture was before must find nothing there, not another picture.
      await all.put(rest.bytes, await heads.add(rest.head));
    }).finally(() => {
      known = null;
    });
    gone += hashes.length - left.size;
  }
  return gone;
}
