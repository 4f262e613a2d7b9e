/** One worker's part: decodes pictures and runs the backbone on them. */

import type { InputNode } from '../../network/network.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError } from '../../shared/errors.ts';
import { type Forward, PICTURE_ITSELF } from '../runtimes/forward.ts';
import { openForward } from '../runtimes/openForward.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import { toAugmentedPixels } from './augment/augmentPicture.ts';
import { decodePicture } from './decode.ts';
import { createDecodeQueue } from './decodeQueue.ts';
import {
  type DecodeShare,
  type ExtractedBatch,
  type ExtractionTarget,
  type ExtractorPicture,
  type ExtractorStart,
  type TargetStart,
  targetKeyOf,
} from './extractorApi.ts';
import { toInputPixels, toInputTensorData } from './pixels.ts';

export interface Extractor {
  /** @throws AppError `backendUnavailable`, `outOfMemory` */
  addTarget(start: TargetStart): Promise<void>;
  removeTarget(target: ExtractionTarget): void;
  /**
   * @param share unless told, pictures are decoded one after the other
   * @throws AppError `deviceLost`, `featuresNotFinite`
   */
  extract(
    pictures: readonly ExtractorPicture[],
    target: ExtractionTarget,
    share?: DecodeShare,
  ): Promise<ExtractedBatch>;
}

/** All are larger than this, so that each is alone. */
const ONE_BY_ONE: DecodeShare = { budgetBytes: 0, pictureBytes: [] };

export function createExtractor({ input: ownInput, resize, batchSize }: ExtractorStart): Extractor {
  const forwards = new Map<string, Forward>();

  async function toPixels(picture: ExtractorPicture, sizePx: number): Promise<Uint8ClampedArray> {
    if ('augment' in picture) return toAugmentedPixels(picture, sizePx, resize);
    const bitmap = picture instanceof Blob ? await decodePicture(picture) : picture;
    try {
      return toInputPixels(bitmap, sizePx, resize);
    } finally {
      bitmap.close();
    }
  }

  /** null: one that cannot be decoded, or whose partner cannot. */
  async function decode(picture: ExtractorPicture, sizePx: number): Promise<Uint8ClampedArray | null> {
    try {
      return await toPixels(picture, sizePx);
    } catch (thrown) {
      // A frame was decoded before it came here.
      const isFile = !(picture instanceof ImageBitmap);
      if (isFile && thrown instanceof AppError && thrown.code === 'pictureUnreadable') return null;
      throw thrown;
    }
  }

  async function extract(
    forward: Forward,
    pictures: readonly ExtractorPicture[],
    { shape: [sizePx = 0], preprocessing }: InputNode,
    { budgetBytes, pictureBytes }: DecodeShare,
  ): Promise<ExtractedBatch> {
    const inputLength = sizePx * sizePx * 3;
    const queue = createDecodeQueue(budgetBytes);
    const decoded = await Promise.all(
      pictures.map((picture, place) => queue.run(pictureBytes[place] ?? 1, () => decode(picture, sizePx))),
    );
    // A camera's frame comes alone and must not pay for a batch; other odd batches are filled up to one shape.
    const rowCount = pictures.length === 1 ? 1 : batchSize;
    const input = allocateFloats(rowCount * inputLength);
    decoded.forEach((pixels, place) => {
      if (pixels) toInputTensorData(pixels, preprocessing, input, place * inputLength);
    });
    forward.lost.throwIfAborted();
    const all = await forward.run(input, rowCount);
    // A loss during the read can leave zeros behind.
    forward.lost.throwIfAborted();
    const length = all.length / rowCount;
    const features = all.slice(0, pictures.length * length);
    if (!features.every(Number.isFinite)) throw new AppError('featuresNotFinite');
    const failed = decoded.flatMap((pixels, place) => (pixels ? [] : [place]));
    for (const place of failed) features.fill(0, place * length, (place + 1) * length);
    return { features: new Float32Array(features), failed };
  }

  return {
    async addTarget({ forward, ...target }) {
      forwards.set(targetKeyOf(target), forward ? await openForward(forward) : PICTURE_ITSELF);
    },
    removeTarget(target) {
      forwards.get(targetKeyOf(target))?.dispose();
      forwards.delete(targetKeyOf(target));
    },
    async extract(pictures, target, share = ONE_BY_ONE) {
      const forward = forwards.get(targetKeyOf(target));
      if (!forward) throw new AppError('unexpected', { message: `no such target: ${targetKeyOf(target)}` });
      return unlessLost(forward.lost, extract(forward, pictures, target.input ?? ownInput, share));
    },
  };
}
