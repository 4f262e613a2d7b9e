/** One worker's part: decodes pictures and runs the backbone on them. */
import type { InputNode, NetworkNode } from '../../network/network.ts';
import type { Arithmetic } from '../../rpc/protocol.ts';
import { AppError } from '../../shared/errors.ts';
import { unlessLost } from '../backends/unlessLost.ts';
import type { TrunkImage } from '../trunk/image.ts';
import { decodePicture } from './decode.ts';
import type { ExtractedBatch, ExtractorStart } from './extractorApi.ts';
import { createTensorflowForward, createTrunkForward, type Forward } from './forward.ts';
import { toInputPixels, toInputTensorData } from './pixels.ts';

export interface Extractor {
  addTrunk(image: TrunkImage): Promise<void>;
  removeTrunk(arithmetic: Arithmetic): void;
  /** @throws AppError `deviceLost`, `notFinite` */
  extract(pictures: readonly (Blob | ImageBitmap)[], arithmetic: Arithmetic): Promise<ExtractedBatch>;
}

function inputNodeOf(nodes: readonly NetworkNode[]): InputNode {
  const [input] = nodes;
  if (input?.op !== 'input') throw new AppError('weightsInvalid');
  return input;
}

/** Brings the backend up and puts the backbone on it. @throws AppError `backendUnavailable` */
export async function createExtractor(options: ExtractorStart): Promise<Extractor> {
  const { manifest, resize, batchSize, tensorflow } = options;
  const onTensorflow = tensorflow && (await createTensorflowForward(tensorflow, manifest));
  const trunks = new Map<Arithmetic, Forward>();
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

  async function extract(
    forward: Forward,
    pictures: readonly (Blob | ImageBitmap)[],
  ): Promise<ExtractedBatch> {
    const decoded = await Promise.all(pictures.map(decode));
    // A camera's frame comes alone and must not pay for a batch; other odd batches are filled up to one shape.
    const rowCount = pictures.length === 1 ? 1 : batchSize;
    const input = new Float32Array(rowCount * inputLength);
    decoded.forEach((pixels, place) => {
      if (pixels) toInputTensorData(pixels, preprocessing, input, place * inputLength);
    });
    forward.lost.throwIfAborted();
    const all = await forward.run(input, rowCount);
    // A loss during the read can leave zeros behind.
    forward.lost.throwIfAborted();
    const features = all.slice(0, pictures.length * featureCount);
    if (!features.every(Number.isFinite)) throw new AppError('notFinite', { epoch: 0 });
    const failed = decoded.flatMap((pixels, place) => (pixels ? [] : [place]));
    for (const place of failed) features.fill(0, place * featureCount, (place + 1) * featureCount);
    return { features: new Float32Array(features), failed };
  }

  return {
    async addTrunk(image) {
      trunks.set(image.layout.arithmetic, await createTrunkForward(image));
    },
    removeTrunk(arithmetic) {
      trunks.delete(arithmetic);
    },
    async extract(pictures, arithmetic) {
      const forward = trunks.get(arithmetic) ?? (arithmetic === 'float32' ? onTensorflow : null);
      if (!forward) throw new AppError('unexpected', { message: `no trunk in ${arithmetic}` });
      return unlessLost(forward.lost, extract(forward, pictures));
    },
  };
}
