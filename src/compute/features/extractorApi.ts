/** What the engine asks of an extractor worker: pictures in, features out. */
import type { Arithmetic, Method } from '../../rpc/protocol.ts';
import type { ResizeMethod } from '../../shared/picture.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';
import type { TrunkImage } from '../trunk/image.ts';
import type { TensorflowStart } from './forward.ts';

export interface ExtractorStart {
  readonly manifest: WeightsManifest;
  readonly resize: ResizeMethod;
  /** Pictures of one forward pass; smaller ones are filled up to it, but for single pictures. */
  readonly batchSize: number;
  /** null: trunks of our own come by `addTrunk`. */
  readonly tensorflow: TensorflowStart | null;
}

export interface ExtractedBatch {
  /** `[pictures, featureCount]`; rows of unreadable pictures are zero. */
  readonly features: Float32Array<ArrayBuffer>;
  /** Places in the batch that could not be decoded. */
  readonly failed: readonly number[];
}

/** Lives in `compute/extractor.worker.ts`. */
export interface ExtractorApi {
  start: Method<ExtractorStart, never, null>;
  /** One more arithmetic that can be asked for. */
  addTrunk: Method<TrunkImage, never, null>;
  /** Frees what an arithmetic needs that is asked for no more. */
  removeTrunk: Method<{ arithmetic: Arithmetic }, never, null>;
  /** At most `batchSize` pictures. Bitmaps are closed by the worker. TensorFlow.js always computes in float32. */
  extract: Method<
    { pictures: readonly (Blob | ImageBitmap)[]; arithmetic: Arithmetic },
    never,
    ExtractedBatch
  >;
}
