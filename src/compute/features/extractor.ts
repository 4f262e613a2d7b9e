/** One worker's trunk: decodes pictures and runs the backbone on them. */
import * as tf from '@tensorflow/tfjs-core';
import type { InputNode, NetworkNode } from '../../network/network.ts';
import { AppError } from '../../shared/errors.ts';
import { createWeightReader } from '../../weights/lazy.ts';
import { activateBackend } from '../backends/activate.ts';
import { unlessLost } from '../backends/unlessLost.ts';
import { createExecutor } from '../execute.ts';
import { decodePicture } from './decode.ts';
import type { ExtractedBatch, ExtractorStart } from './extractorApi.ts';
import { toInputPixels, toInputTensorData } from './pixels.ts';

export interface Extractor {
  /** @throws AppError `deviceLost`, `notFinite` */
  extract(pictures: readonly (Blob | ImageBitmap)[]): Promise<ExtractedBatch>;
}

function inputNodeOf(nodes: readonly NetworkNode[]): InputNode {
  const [input] = nodes;
  if (input?.op !== 'input') throw new AppError('weightsInvalid');
  return input;
}

/** Brings the backend up and puts the backbone on it. @throws AppError `backendUnavailable` */
export async function createExtractor(options: ExtractorStart): Promise<Extractor> {
  const { manifest, bytes, resize, batchSize } = options;
  const active = await activateBackend(options.backend);
  const executor = createExecutor({
    nodes: manifest.nodes,
    weightOf: createWeightReader(manifest, 'backbone', bytes),
  });
  const { preprocessing } = inputNodeOf(manifest.nodes);
  const { inputSizePx, featureCount } = manifest;
  const inputLength = inputSizePx * inputSizePx * 3;

  async function decode(picture: Blob | ImageBitmap): Promise<Uint8ClampedArray | null> {
    let bitmap: ImageBitmap;
    try {
      bitmap = picture instanceof Blob ? await decodePicture(picture) : picture;
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'pictureUnreadable') return null;
      throw thrown;
    }
    try {
      return toInputPixels(bitmap, inputSizePx, resize);
    } finally {
      bitmap.close();
    }
  }

  async function extract(pictures: readonly (Blob | ImageBitmap)[]): Promise<ExtractedBatch> {
    const decoded = await Promise.all(pictures.map(decode));
    // A camera's frame comes alone and must not pay for a batch; other odd batches are filled up to one shape.
    const rowCount = pictures.length === 1 ? 1 : batchSize;
    const input = new Float32Array(rowCount * inputLength);
    decoded.forEach((pixels, place) => {
      if (pixels) toInputTensorData(pixels, preprocessing, input, place * inputLength);
    });
    active.lost.throwIfAborted();
    const batch = tf.tensor4d(input, [rowCount, inputSizePx, inputSizePx, 3]);
    const output = executor.run(batch);
    const all = (await output.data()) as Float32Array;
    tf.dispose([batch, output]);
    // A loss during the read can leave zeros behind.
    active.lost.throwIfAborted();
    const features = all.slice(0, pictures.length * featureCount);
    if (!features.every(Number.isFinite)) throw new AppError('notFinite', { epoch: 0 });
    const failed = decoded.flatMap((pixels, place) => (pixels ? [] : [place]));
    for (const place of failed) features.fill(0, place * featureCount, (place + 1) * featureCount);
    return { features: new Float32Array(features), failed };
  }

  return { extract: (pictures) => unlessLost(active.lost, extract(pictures)) };
}
