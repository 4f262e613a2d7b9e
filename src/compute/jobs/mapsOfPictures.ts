/** What the workers give of a few pictures, all of it in memory at once. */
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { ContentHash } from '../../domain/picture.ts';
import { AppError } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { Session } from './session.ts';

/**
 * @param blobs of the examples, by their hashes
 * @param target that is open
 * @returns of each example its features or maps, in their order
 * @throws AppError `notFound` for an example without picture, `pictureUnreadable`, `cancelled`
 */
export async function mapsOf(
  { pool }: Pick<Session, 'pool'>,
  examples: readonly Pick<TrainExample, 'hash'>[],
  blobs: ReadonlyMap<ContentHash, Blob>,
  target: ExtractionTarget,
  signal: AbortSignal,
): Promise<readonly Float32Array<ArrayBuffer>[]> {
  const maps: Float32Array<ArrayBuffer>[] = [];
  await pool.extract({
    count: examples.length,
    open: (index) => {
      const hash = examples[index]?.hash ?? '';
      const blob = blobs.get(hash);
      if (!blob) throw new AppError('notFound', { what: hash });
      return blob;
    },
    onPicture: ({ index, features }) => {
      if (!features) throw new AppError('pictureUnreadable');
      maps[index] = features;
    },
    target,
    signal,
  });
  return maps;
}
