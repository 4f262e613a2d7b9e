/** Where a run stands between two steps, and all that it needs to go on from there after its tab has ended. */
import type { Network } from '../network/network.ts';
import type { ErrorCode, ErrorDetails } from '../shared/errors.ts';
import type { Arithmetic } from './backends.ts';
import type { EpochMetrics } from './curve.ts';
import type { DataSummary } from './model.ts';
import type { ContentHash, SplitName } from './picture.ts';
import type { SeenBefore, SeenPictures } from './seenPictures.ts';
import type { TrainSettings } from './trainSettings.ts';

export interface TrainExample {
  readonly hash: ContentHash;
  readonly classIndex: number;
  readonly split: SplitName;
}

/** Where an epoch stands that has not ended. */
export interface RunningEpoch {
  /** Steps of the optimiser that are done. */
  readonly steps: number;
  /** State of the random source when the epoch began: the order of its pictures comes from there. */
  readonly startState: number;
  /** Sums over those steps; see `BatchTotals`. */
  readonly lossSum: number;
  readonly weightSum: number;
  readonly correct: number;
}

/** All that is needed to go on from between two steps. Opaque to the page, but for `phase`. */
export interface TrainSnapshot {
  readonly epoch: number;
  readonly curve: readonly EpochMetrics[];
  readonly head: Network;
  readonly bestHead: Network;
  readonly bestEpoch: number;
  readonly optimizerState: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly optimizerSteps: number;
  readonly randomState: number;
  /** What early stopping has to beat; absent in snapshots of earlier versions: that of the best epoch. */
  readonly bestLoss?: number | undefined;
  /** Absent between two epochs. */
  readonly running?: RunningEpoch | undefined;
  /** Of the second phase; absent: of the first. */
  readonly phase?: 'fineTune' | undefined;
}

/** What a page wants to know of a snapshot, without its weights. */
export type SnapshotFacts = Omit<TrainSnapshot, 'head' | 'bestHead' | 'optimizerState'>;

export function toFacts(snapshot: TrainSnapshot): SnapshotFacts {
  const { head: _head, bestHead: _bestHead, optimizerState: _optimizerState, ...facts } = snapshot;
  return facts;
}

/** What a checkpoint tells of its run, from its first to its last. */
export interface CheckpointRun {
  /** ISO 8601; also tells one run from another. */
  readonly startedAt: string;
  /** The data set may be another one by the time that the run goes on. */
  readonly data: DataSummary;
  readonly classNames: readonly string[];
  readonly examples: readonly TrainExample[];
  readonly settings: TrainSettings;
  readonly arithmetic: Arithmetic;
  /** Name of the model that it went on from. */
  readonly startedFrom?: string | undefined;
  /** What that model had seen; absent where it went on from none. */
  readonly startSeen?: SeenPictures | undefined;
  /** Of the pictures that were to check it; they are not among the examples. Absent where all were new. */
  readonly seenBefore?: SeenBefore | undefined;
  /** Of the backbone; absent in those of earlier versions. */
  readonly fingerprint?: string | undefined;
  readonly plannedEpochs: number;
}

/** All that a training run needs to go on after its tab has ended; the pictures' features are kept by content. */
export interface CheckpointRecord extends CheckpointRun {
  /** ISO 8601. */
  readonly savedAt: string;
  readonly snapshot: TrainSnapshot;
}

/** The same without weights, which stay on the disk. */
export interface CheckpointFacts extends Omit<CheckpointRecord, 'snapshot'> {
  readonly snapshot: SnapshotFacts;
}

/** What lists and offers need of a checkpoint, whose weights may be hundreds of megabytes. */
export interface CheckpointHeader
  extends Pick<CheckpointRecord, 'startedAt' | 'savedAt' | 'classNames' | 'plannedEpochs'> {
  /** Of the data set; may be empty. */
  readonly name: string;
  readonly epoch: number;
  readonly phase?: 'fineTune' | undefined;
  /** What happened to it since it was kept; a later checkpoint of the run begins afresh. */
  readonly fate?: CheckpointFate | undefined;
  /** How often it was taken up without getting further: a later checkpoint of the run begins afresh. */
  readonly tries?: number | undefined;
  /** The model without fine-tuning is kept already. */
  readonly isHeadKept?: boolean | undefined;
}

/**
 * `cancelled`: by the person. `failed`: it could not go on from here. `discarded`: thrown away, which can still be undone.
 */
export type CheckpointFate =
  | { readonly kind: 'cancelled' | 'discarded' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails };

export function toHeader({
  startedAt,
  savedAt,
  classNames,
  plannedEpochs,
  data,
  snapshot,
}: CheckpointRecord): CheckpointHeader {
  const { epoch, phase } = snapshot;
  return {
    ...{ startedAt, savedAt, classNames, plannedEpochs, name: data.name, epoch },
    ...(phase ? { phase } : {}),
  };
}
