/** The pictures of a job by content: handed over by the page one by one, or read here from the blocks that they lie in. */
import type { ContentHash } from '../../domain/picture.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { type BlockPicture, type BlockReader, openBlocks } from '../../storage/blockReader.ts';

/** Where one that has gone must not end the work on the others. @throws what `opening` throws but `notFound` */
export function orGone<Picture>(opening: Promise<Picture>): Promise<Picture | null> {
  return opening.catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'notFound') return null;
    throw thrown;
  });
}

export interface PictureFiles {
  /** Those that were handed over; one of a block may have gone since. */
  readonly has: (hash: ContentHash) => boolean;
  /** @throws AppError `notFound` for one that was not, or has gone; storageUnavailable, storageBlocked */
  readonly open: (hash: ContentHash) => Promise<Blob>;
  /** At hand without waiting: handed over with its bytes. */
  readonly peek: (hash: ContentHash) => Blob | null;
  /**
   * Those that lie in blocks, block by block; of others nothing comes.
   * @throws AppError storageUnavailable, storageBlocked
   */
  readonly walk: (hashes: Iterable<ContentHash>) => AsyncGenerator<readonly BlockPicture[], void, undefined>;
}

/** The blocks are looked for when the first picture is asked for that lies in one. */
export function openPictureFiles(pictures: readonly PictureRef[]): PictureFiles {
  const blobs = new Map(pictures.map(({ hash, blob }) => [hash, blob]));
  let opening: Promise<BlockReader> | null = null;
  const reader = () => {
    opening ??= openBlocks().catch((thrown: unknown) => {
      // Asked once more, it is tried once more.
      opening = null;
      throw thrown;
    });
    return opening;
  };
  return {
    has: (hash) => blobs.has(hash),
    peek: (hash) => blobs.get(hash) ?? null,
    async open(hash) {
      const known = blobs.get(hash);
      if (known) return known;
      const found = known === null ? (await (await reader()).open([hash])).get(hash) : undefined;
      if (!found) throw new AppError('notFound', { what: hash });
      return found;
    },
    async *walk(hashes) {
      const inBlocks = [...hashes].filter((hash) => blobs.get(hash) === null);
      if (inBlocks.length > 0) yield* (await reader()).walk(inBlocks);
    },
  };
}
