/** Finds small pictures in the blocks that they lie in, one by one or block by block. */
import type { ContentHash } from '../domain/picture.ts';
import { release } from '../shared/release.ts';
import { inTransaction } from './database.ts';
import type { PictureBlock } from './stores.ts';

/** Which blocks there are, and what lies in which. */
export interface Directory {
  readonly blocks: Map<number, PictureBlock>;
  readonly blockOf: Map<ContentHash, number>;
}

/** A picture in the bytes of its block. */
export interface BlockPicture {
  readonly hash: ContentHash;
  /** A view: the block is one buffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Notes a block that was read or written. */
export function enterBlock({ blocks, blockOf }: Directory, key: number, block: PictureBlock): void {
  blocks.set(key, block);
  for (const hash of block.hashes) blockOf.set(hash, key);
}

/** Brings it to what is on the disk now. @throws AppError storageUnavailable, storageBlocked */
async function refresh(directory: Directory): Promise<void> {
  const [keys, blocks] = await inTransaction(['pictureBlocks'], 'readonly', ({ store }) =>
    Promise.all([store.getAllKeys(), store.getAll()]),
  );
  directory.blocks.clear();
  directory.blockOf.clear();
  for (const [i, block] of blocks.entries()) enterBlock(directory, keys[i] ?? 0, block);
}

/** As it is on the disk now. @throws AppError storageUnavailable, storageBlocked */
export async function readDirectory(): Promise<Directory> {
  const directory: Directory = { blocks: new Map(), blockOf: new Map() };
  await refresh(directory);
  return directory;
}

/** All pictures of a block out of its bytes. */
export function* picturesIn(
  { hashes, ends, types }: PictureBlock,
  bytes: ArrayBuffer,
): Generator<BlockPicture, void, undefined> {
  for (const [i, hash] of hashes.entries()) {
    const begin = ends[i - 1] ?? 0;
    yield { hash, bytes: new Uint8Array(bytes, begin, (ends[i] ?? 0) - begin), type: types[i] ?? '' };
  }
}

/** undefined: it is there no more. */
function readBytes(key: number): Promise<ArrayBuffer | undefined> {
  return inTransaction(['pictureBlockBytes'], 'readonly', ({ store }) => store.get(key));
}

function toBlob(bytes: ArrayBuffer): Blob {
  const blob = new Blob([bytes]);
  release(bytes);
  return blob;
}

export interface BlockReader {
  /** Those that lie in blocks, as far as it is known. */
  readonly has: (hash: ContentHash) => boolean;
  /**
   * Others, and those whose block has gone, are missing in the answer.
   * @throws AppError storageUnavailable, storageBlocked
   */
  readonly open: (hashes: Iterable<ContentHash>) => Promise<Map<ContentHash, Blob>>;
  /**
   * One block after the other, of each those that are wanted, in the order in which they lie there; as `open`. Their bytes
   * are there until the next is asked for.
   * @throws AppError storageUnavailable, storageBlocked
   */
  readonly walk: (hashes: Iterable<ContentHash>) => AsyncGenerator<readonly BlockPicture[], void, undefined>;
}

/**
 * @param directory brought up to date where a block is not where it was
 * @param keptBlobs of the blocks that `open` has read last, so that pictures that are read in turns share one
 */
export function createBlockReader(directory: Directory, keptBlobs: number): BlockReader {
  const blobs = new Map<number, Promise<Blob | null>>();

  /** By block; what lies in none is left out. */
  function byBlock(hashes: Iterable<ContentHash>): Map<number, ContentHash[]> {
    const found = new Map<number, ContentHash[]>();
    for (const hash of hashes) {
      const key = directory.blockOf.get(hash);
      if (key === undefined) continue;
      const others = found.get(key);
      if (others) others.push(hash);
      else found.set(key, [hash]);
    }
    return found;
  }

  function readBlob(key: number): Promise<Blob | null> {
    const reading = blobs.get(key) ?? readBytes(key).then((bytes) => (bytes ? toBlob(bytes) : null));
    blobs.delete(key);
    blobs.set(key, reading);
    // Asked for once more, it is tried once more.
    reading.catch(() => blobs.delete(key));
    for (const oldest of blobs.keys()) {
      if (blobs.size <= keptBlobs) break;
      blobs.delete(oldest);
    }
    return reading;
  }

  async function openKnown(hashes: Iterable<ContentHash>, found: Map<ContentHash, Blob>): Promise<string[]> {
    const gone: ContentHash[] = [];
    for (const [key, wanted] of byBlock(hashes)) {
      const [blob, block] = [await readBlob(key), directory.blocks.get(key)];
      if (!blob || !block) {
        gone.push(...wanted);
        continue;
      }
      for (const hash of wanted) {
        const i = block.hashes.indexOf(hash);
        // Parts of one blob: none of them holds bytes of its own.
        found.set(hash, blob.slice(block.ends[i - 1] ?? 0, block.ends[i], block.types[i]));
      }
    }
    return gone;
  }

  async function* walkKnown(
    hashes: Iterable<ContentHash>,
    gone: ContentHash[],
  ): AsyncGenerator<readonly BlockPicture[], void, undefined> {
    for (const [key, wanted] of byBlock(hashes)) {
      const [bytes, block] = [await readBytes(key), directory.blocks.get(key)];
      if (!bytes || !block) {
        gone.push(...wanted);
        continue;
      }
      const isWanted = new Set(wanted);
      yield [...picturesIn(block, bytes)].filter(({ hash }) => isWanted.delete(hash));
      release(bytes);
    }
  }

  /** A block was written anew under another key, here or in another tab. */
  async function lookAgain(): Promise<void> {
    blobs.clear();
    await refresh(directory);
  }

  return {
    has: (hash) => directory.blockOf.has(hash),
    async open(hashes) {
      const found = new Map<ContentHash, Blob>();
      const gone = await openKnown(hashes, found);
      if (gone.length === 0) return found;
      await lookAgain();
      await openKnown(gone, found);
      return found;
    },
    async *walk(hashes) {
      const gone: ContentHash[] = [];
      yield* walkKnown(hashes, gone);
      if (gone.length === 0) return;
      await lookAgain();
      yield* walkKnown(gone, []);
    },
  };
}

/**
 * For a job that reads many of them in any order: whatever it has opened stays at hand.
 * @throws AppError storageUnavailable, storageBlocked
 */
export async function openBlocks(): Promise<BlockReader> {
  return createBlockReader(await readDirectory(), Number.POSITIVE_INFINITY);
}
