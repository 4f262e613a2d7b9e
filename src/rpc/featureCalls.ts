/** Asking the engine to look at pictures. */
import type { AugmentSettings } from '../domain/augmentation.ts';
import type { Arithmetic } from '../domain/backends.ts';
import type { ContentHash } from '../domain/picture.ts';

/** A picture to compute on: its hash finds its features again. */
export interface PictureRef {
  readonly hash: ContentHash;
  /** null: it lies in a block of many on the disk, where the engine reads it itself. A Blob each would take half a minute. */
  readonly blob: Blob | null;
}

export interface ExtractArgs {
  readonly pictures: readonly PictureRef[];
  readonly arithmetic: Arithmetic;
  /** Features of augmented views as well; null or absent: of the pictures as they are, and no more. */
  readonly views?: AugmentedViews | null | undefined;
  /** Views of other runs are forgotten unless another tab may need them. */
  readonly keepOtherViews?: boolean | undefined;
}

/** What a run with frozen features needs beside the pictures as they are. */
export interface AugmentedViews {
  /** `augmentation.views` of each picture. */
  readonly augmentation: AugmentSettings;
  /** That of the run. */
  readonly seed: number;
  /** The training pictures, no others: partners of MixUp and CutMix are drawn among them. */
  readonly pictures: readonly ContentHash[];
}

/** Counts of pictures, and of augmented views where those were asked for too. */
export interface ExtractProgress {
  readonly done: number;
  readonly total: number;
  /** Of `done`, those that were already kept. */
  readonly reused: number;
  readonly picturesPerSecond: number | null;
  readonly remainingMs: number | null;
  /** What was learned is tried on them. */
  readonly isMeasuring?: boolean | undefined;
}

export interface ExtractResult {
  readonly extracted: number;
  readonly reused: number;
  /** Pictures that could not be decoded after all. */
  readonly failed: readonly ContentHash[];
  readonly elapsedMs: number;
  /** False: the disk had no room for some, which are in the engine's memory alone. Absent: nothing is known. */
  readonly isKept?: boolean | undefined;
}
