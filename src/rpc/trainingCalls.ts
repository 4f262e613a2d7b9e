/** Asking the engine to learn: both phases, what they report, and what a run goes on from. */

import type { Arithmetic } from '../domain/backends.ts';
import type { CheckpointRun, SnapshotFacts, TrainExample, TrainSnapshot } from '../domain/checkpoint.ts';
import type { EpochMetrics, StopReason } from '../domain/curve.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { BackboneInfo, StartingNetwork } from '../domain/model.ts';
import type { TrainSettings } from '../domain/trainSettings.ts';
import type { Network } from '../network/network.ts';
import type { CutPoint } from '../network/stages.ts';
import type { SerializedError } from '../shared/errors.ts';
import type { ExtractProgress, PictureRef } from './featureCalls.ts';

export interface TrainArgs {
  readonly examples: readonly TrainExample[];
  readonly classNames: readonly string[];
  readonly settings: TrainSettings;
  /** Of the features to learn from, which must be kept already. */
  readonly arithmetic: Arithmetic;
  /** null: fresh weights, or those of `resumeFrom`. Classes that it does not know get fresh ones. */
  readonly start: StartingNetwork | null;
  /** null: from the beginning. */
  readonly resumeFrom: TrainSnapshot | KeptSnapshot | null;
  /** What the engine writes beside each snapshot; null: this tab may not keep any, and they go to the page. */
  readonly keep: CheckpointRun | null;
}

/** The checkpoint of the run that started then, which the engine reads itself. */
export interface KeptSnapshot {
  readonly keptOf: string;
}

/** What to make a result of without learning on: the best weights of a kept checkpoint. */
export type KeptResultArgs = Pick<
  FineTuneArgs,
  'examples' | 'classNames' | 'settings' | 'arithmetic' | 'pictures'
> &
  KeptSnapshot;

/** `start`: what the first phase made, or what to go on from without one; null where `resumeFrom` has it. */
export interface FineTuneArgs extends TrainArgs {
  /** Of all examples: what they look like at the cut is computed from them. */
  readonly pictures: readonly PictureRef[];
  /** Of the first phase. */
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
}

/** From scratch, or on from a network that was: `settings.fromScratch` says which. */
export interface ScratchArgs extends TrainArgs {
  /** Of all examples. */
  readonly pictures: readonly PictureRef[];
}

export type FineTuneProgress =
  | TrainProgress
  /** Before the first step: what runs once. */
  | { readonly kind: 'activations'; readonly extract: ExtractProgress };

export interface EstimateArgs {
  readonly settings: TrainSettings;
  readonly classCount: number;
  /** Of all splits. */
  readonly pictureCount: number;
  /** Where the trained part begins that the run goes on from; null or absent: it does not begin with stages of the backbone. */
  readonly startCut?: CutPoint | null | undefined;
}

/** Of a phase in which more than a head learns, measured where it would run. */
export interface FineTuneEstimate {
  readonly trainableParameters: number;
  /** Forward and back, of the part that trains. */
  readonly msPerPicture: number;
  /** The optimiser's own. */
  readonly msPerStep: number;
  /** Through the part before it, augmented where the run augments its pictures: wall clock, over all workers together. */
  readonly frozenMsPerPicture: number;
  readonly memoryBytes: number;
  /** By how many pictures at a time a BatchNorm that learns goes: the batch, or as many of it as fit; null: none learns. */
  readonly normPictures: number | null;
  readonly cacheBytesPerPicture: number;
  /** How many of the pictures find room. */
  readonly cachedPictures: number;
  /** Pictures stay in memory as pixels, from where augmenting them takes next to nothing. */
  readonly augmentsFromMemory: boolean;
}

export type TrainProgress =
  | {
      readonly kind: 'epoch';
      readonly metrics: EpochMetrics;
      readonly bestEpoch: number;
      readonly remainingMs: number;
    }
  | {
      /** Within a long epoch. */
      readonly kind: 'step';
      readonly epoch: number;
      /** Fraction of the epoch that is done, 0–1. */
      readonly fraction: number;
      readonly remainingMs: number;
    }
  /** Pictures on which what was learned is tried, where that takes long. */
  | { readonly kind: 'measuring'; readonly extract: ExtractProgress }
  | SnapshotProgress;

/** A run can go on from there: from the disk, or where it could not be kept, from the memory of the page. */
export interface SnapshotProgress {
  readonly kind: 'snapshot';
  readonly facts: SnapshotFacts;
  /** null: it is on the disk. */
  readonly snapshot: TrainSnapshot | null;
  /** Why it is not; null also where it was not to be. */
  readonly error: SerializedError | null;
}

export interface TrainResult {
  readonly head: Network;
  /** Of a network from scratch, what is kept of it with the model; absent: it is the engine's backbone. */
  readonly backbone?: BackboneInfo | undefined;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** One line per test example, in the order given: probability of each class. `[testCount, classes]`. */
  readonly testProbabilities: Float32Array<ArrayBuffer>;
  /** The same of the validation examples. */
  readonly validationProbabilities?: Float32Array<ArrayBuffer> | undefined;
  readonly elapsedMs: number;
}
