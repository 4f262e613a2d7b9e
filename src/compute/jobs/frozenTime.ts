/** How long pictures take through the frozen part of the network, found out on a handful of made-up ones. */

import type { TrainSettings } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { createRandom } from '../../shared/random.ts';
import type { ExtractionTarget, ExtractorPicture } from '../features/extractorApi.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';

const SIDE_PX = 256;
/** Of a patch of one colour: noise in every pixel would take longer to decode than a photo. */
const PATCH_PX = 8;
/** Batches for each worker, so that one decodes while another computes. */
const TIMED_BATCHES = 2;

async function drawPicture(seed: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(SIDE_PX, SIDE_PX);
  const context = canvas.getContext('2d');
  if (!context) throw new AppError('unexpected', { message: 'no canvas to draw on' });
  const random = createRandom(seed);
  for (let y = 0; y < SIDE_PX; y += PATCH_PX) {
    for (let x = 0; x < SIDE_PX; x += PATCH_PX) {
      const [r, g, b] = [random.next(), random.next(), random.next()].map((fraction) =>
        Math.floor(fraction * 256),
      );
      context.fillStyle = `rgb(${r} ${g} ${b})`;
      context.fillRect(x, y, PATCH_PX, PATCH_PX);
    }
  }
  return canvas.convertToBlob({ type: 'image/jpeg' });
}

/**
 * Wall clock for a picture, all workers together, decoding and augmentation included.
 * @throws AppError `outOfMemory`, `workerDied`, `deviceLost`, `cancelled`
 */
export async function measureFrozen(
  session: Pick<Session, 'pool' | 'openTarget'>,
  target: ExtractionTarget,
  { augmentation, seed }: Pick<TrainSettings, 'augmentation' | 'seed'>,
  signal: AbortSignal,
): Promise<number> {
  const { pool } = session;
  const blob = await drawPicture(seed);
  const open = (index: number): ExtractorPicture =>
    augmentation ? { blob, augment: augmentation, seed: seed + index, partner: null } : blob;
  const timeOf = async (count: number) => {
    const startMs = performance.now();
    await pool.extract({ count, open, onPicture: () => undefined, target, signal });
    return performance.now() - startMs;
  };
  return withTarget(session, target, async () => {
    // Compiling belongs to no picture.
    const once = pool.size * pool.batchSize;
    await timeOf(once);
    const count = TIMED_BATCHES * once;
    return (await timeOf(count)) / count;
  });
}
