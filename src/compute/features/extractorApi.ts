/** What the engine asks of an extractor worker: pictures in, features out. */
import type { Arithmetic } from '../../domain/backends.ts';
import type { ResizeMethod } from '../../domain/picture.ts';
import type { InputNode } from '../../network/network.ts';
import type { Method } from '../../rpc/protocol.ts';
import type { ForwardStart } from '../runtimes/forward.ts';
import type { AugmentedPicture } from './augment/augmentPicture.ts';

export interface ExtractorStart {
  /** What pictures enter the backbone by. */
  readonly input: InputNode;
  readonly resize: ResizeMethod;
  /** Pictures of one forward pass; smaller ones are filled up to it, but for single pictures. */
  readonly batchSize: number;
}

/** What a worker takes: a file, a camera's frame, or a file to augment first. */
export type ExtractorPicture = Blob | ImageBitmap | AugmentedPicture;

export interface ExtractedBatch {
  /** `[pictures, …]`, the output of the target's last node; rows of unreadable pictures are zero. */
  readonly features: Float32Array<ArrayBuffer>;
  /** Places in the batch that could not be decoded. */
  readonly failed: readonly number[];
}

/** What a worker can be asked for: how far through the backbone, and in which arithmetic. */
export interface ExtractionTarget {
  readonly arithmetic: Arithmetic;
  /** The last node; null: up to the features. */
  readonly upTo: string | null;
  /** Of another network than the backbone, which reads pictures at its own size: the picture itself, as it enters there. */
  readonly input?: InputNode | undefined;
}

/** Tells one target from another. */
export function targetKeyOf({ arithmetic, upTo, input }: ExtractionTarget): string {
  const own = input ? JSON.stringify([input.shape, input.preprocessing]) : '';
  return `${arithmetic} ${upTo ?? ''} ${own}`;
}

export interface TargetStart extends ExtractionTarget {
  /** null: for the picture itself. */
  readonly forward: ForwardStart | null;
}

/** What a worker may have of the pool's memory for decoding, while it has this batch. */
export interface DecodeShare {
  readonly budgetBytes: number;
  /** What each of the pictures takes, in their order. */
  readonly pictureBytes: readonly number[];
}

/** Lives in `compute/extractor.worker.ts`. */
export interface ExtractorApi {
  start: Method<ExtractorStart, never, null>;
  /** One more target that can be asked for. */
  addTarget: Method<TargetStart, never, null>;
  /** Frees what a target needs that is asked for no more. */
  removeTarget: Method<ExtractionTarget, never, null>;
  /** At most `batchSize` pictures. Bitmaps are closed by the worker. */
  extract: Method<
    { pictures: readonly ExtractorPicture[]; target: ExtractionTarget; share: DecodeShare },
    never,
    ExtractedBatch
  >;
}
