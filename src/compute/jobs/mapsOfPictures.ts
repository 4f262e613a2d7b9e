/** What the workers give of a few pictures, all of it in memory at once. */
import type { TrainExample } from '../../domain/checkpoint.ts';
import { AppError } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { PictureFiles } from './pictureFiles.ts';
import type { Session } from './session.ts';

/**
 * @param files of the examples
 * @param target that is open
 * @returns of each example its features or maps, in their order
 * @throws AppError `notFound` for an example without picture, `pictureUnreadable`, `cancelled`
 */
export async function mapsOf(
  { pool }: Pick<Session, 'pool'>,
  examples: readonly Pick<TrainExample, 'hash'>[],
  files: PictureFiles,
  target: ExtractionTarget,
  signal: AbortSignal,
): Promise<readonly Float32Array<ArrayBuffer>[]> {
  const maps: Float32Array<ArrayBuffer>[] = [];
  await pool.extract({
    count: examples.length,
    open: (index) => files.open(examples[index]?.hash ?? ''),
    onPicture: ({ index, features }) => {
      if (!features) throw new AppError('pictureUnreadable');
      maps[index] = features;
    },
    target,
    signal,
  });
  return maps;
}
