/** A run between two steps: where it starts, what changes as it goes on, and its snapshots. */

import type { RunningEpoch, TrainSnapshot } from '../../domain/checkpoint.ts';
import { type EpochMetrics, watchedLoss } from '../../domain/curve.ts';
import type { SplitName } from '../../domain/picture.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { balancedClassWeights } from '../../evaluation/metrics.ts';
import type { Network } from '../../network/network.ts';
import type { PauseGate } from '../../rpc/pause.ts';
import type { SnapshotProgress, TrainProgress } from '../../rpc/trainingCalls.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { labelsOf, measureLoss } from './measure.ts';
import type { Trainer, TrainerArgs } from './trainer.ts';

/** How often a snapshot is handed out, at most, if the caller does not say. */
const SNAPSHOT_EVERY_MS = 3000;

/** What a second phase goes on from. */
export interface FirstPhase {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
}

export interface TrainHeadArgs {
  /** Class of each row. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** Row numbers. */
  readonly rows: Readonly<Record<SplitName, Int32Array>>;
  readonly settings: TrainSettings;
  readonly resumeFrom: TrainSnapshot | null;
  /** The weights to begin with, and to end with where no epoch is better; absent: fresh ones. */
  readonly start?: Network | undefined;
  /** Fresh weights to begin with where there is nothing else. @param random uniform in [0, 1) */
  readonly createFresh: (random: () => number) => Network;
  /** Whoever stops the run does not wait for the end of an epoch. */
  readonly epochsAreLong?: boolean;
  /** Present in the second phase, whose epochs are counted on from there. */
  readonly after?: FirstPhase | undefined;
  /** A snapshot is a copy of all weights, so it is not made after every short epoch. */
  readonly snapshotEveryMs?: number;
  /** Whatever computes: the loop knows no runtime by name. */
  readonly createTrainer: (of: Pick<TrainerArgs, 'classWeights' | 'settings' | 'start'>) => Promise<Trainer>;
  /** Told which rows an epoch will take, in their order, from the next one on. */
  readonly onOrder?: (upcoming: Int32Array, epoch: number) => void;
}

/** What the loop tells; snapshots with all of their weights. */
export type LoopProgress =
  | Exclude<TrainProgress, SnapshotProgress>
  | { readonly kind: 'snapshot'; readonly snapshot: TrainSnapshot };

export interface TrainHeadContext {
  readonly onProgress: (progress: LoopProgress) => void;
  /** Resolves when the next snapshot may be made: one that is still being written is enough in memory. */
  readonly readyForSnapshot?: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
  readonly pauseGate?: PauseGate | undefined;
  /** Aborted with an `AppError` when the backend's device is gone. */
  readonly lost: AbortSignal;
}

/** All that changes from step to step. */
export interface Run {
  readonly trainer: Trainer;
  random: Random;
  /** Of all phases. */
  readonly curve: EpochMetrics[];
  bestEpoch: number;
  bestHead: Network;
  bestLoss: number;
  running: RunningEpoch | null;
}

/** The epochs of the phase that `args` are of. */
export function phaseCurve({ curve }: Pick<Run, 'curve'>, { after }: Pick<TrainHeadArgs, 'after'>) {
  return after ? curve.filter(({ phase }) => phase === 'fineTune') : curve;
}

/** Pictures of one step of the optimiser, at most. */
export function rowsPerStep({ batchSize, accumulationSteps }: TrainSettings): number {
  return batchSize * accumulationSteps;
}

export function snapshotEveryMs({ snapshotEveryMs: everyMs = SNAPSHOT_EVERY_MS }: TrainHeadArgs): number {
  return everyMs;
}

function classWeightsOf({ labels, rows, settings, classCount }: TrainHeadArgs): readonly number[] {
  if (settings.classWeights === 'none') return new Array<number>(classCount).fill(1);
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labelsOf(labels, rows.train)) counts[label] = (counts[label] ?? 0) + 1;
  return balancedClassWeights(counts);
}

/** @throws AppError as `createTrainer` */
export async function startRun(args: TrainHeadArgs): Promise<Run> {
  const { settings, resumeFrom, after, createTrainer, createFresh } = args;
  const random = createRandom(resumeFrom?.randomState ?? settings.seed);
  const head = resumeFrom?.head ?? args.start ?? createFresh(() => random.next());
  const start = resumeFrom ?? { head, optimizerState: {}, optimizerSteps: 0 };
  const curve = [...(resumeFrom?.curve ?? after?.curve ?? [])];
  const bestEpoch = resumeFrom?.bestEpoch ?? after?.bestEpoch ?? 0;
  const trainer = await createTrainer({ classWeights: classWeightsOf(args), settings, start });
  try {
    return {
      trainer,
      random,
      curve,
      bestEpoch,
      bestHead: resumeFrom?.bestHead ?? head,
      bestLoss: await bestLossOf(args, trainer),
      running: resumeFrom?.running ?? null,
    };
  } catch (thrown) {
    trainer.dispose();
    throw thrown;
  }
}

/**
 * What goes on from something has to beat it: a second phase what the first one came to, a run what the model has
 * learned that it began with. Measured on the validation pictures of today, by the same means as its own epochs; without
 * such pictures, or where the start itself gives no number, the first epoch is better than nothing.
 */
async function bestLossOf(
  { resumeFrom, after, start, labels, rows, classCount }: TrainHeadArgs,
  trainer: Trainer,
): Promise<number> {
  const best = resumeFrom?.curve[resumeFrom.bestEpoch - 1];
  if (resumeFrom) return resumeFrom.bestLoss ?? (best ? watchedLoss(best) : Number.POSITIVE_INFINITY);
  const before = (after || start) && (await measureLoss(trainer, labels, rows.validation, classCount));
  return before && Number.isFinite(before.loss) ? before.loss : Number.POSITIVE_INFINITY;
}

/** Weights and all else that a run needs to go on from here. */
export async function toSnapshot(run: Run, { after }: TrainHeadArgs): Promise<TrainSnapshot> {
  return {
    ...(await run.trainer.snapshot()),
    epoch: run.curve.length,
    curve: [...run.curve],
    bestHead: run.bestHead,
    bestEpoch: run.bestEpoch,
    bestLoss: run.bestLoss,
    randomState: run.random.state,
    ...(run.running ? { running: run.running } : {}),
    ...(after ? { phase: 'fineTune' as const } : {}),
  };
}
