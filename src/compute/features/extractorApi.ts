/** What the engine asks of an extractor worker: pictures in, features out. */
import type { BackendName, Method } from '../../rpc/protocol.ts';
import type { ResizeMethod } from '../../shared/picture.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';

export interface ExtractorStart {
  readonly backend: BackendName;
  readonly manifest: WeightsManifest;
  /** The backbone's bytes, float16, checked already. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly resize: ResizeMethod;
  /** Pictures of one forward pass; smaller ones are filled up to it, but for single pictures. */
  readonly batchSize: number;
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
  /** At most `batchSize` pictures. Bitmaps are closed by the worker. */
  extract: Method<{ pictures: readonly (Blob | ImageBitmap)[] }, never, ExtractedBatch>;
}
