/** The training loop of a head over features that are ready. */
import { balancedClassWeights } from '../../evaluation/metrics.ts';
import type { Metrics } from '../../evaluation/types.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import type { TrainProgress, TrainSnapshot } from '../../rpc/protocol.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import type { SplitName } from '../../shared/picture.ts';
import { createRandom, type Random, shuffle } from '../../shared/random.ts';
import {
  type EpochMetrics,
  type StopReason,
  type TrainSettings,
  watchedLoss,
} from '../../shared/training.ts';
import { yieldToMessages } from '../yield.ts';
import { createHeadTrainer } from './createHeadTrainer.ts';
import type { CreateHeadTrainer, FeatureTable, HeadTrainer } from './headTrainer.ts';
import { labelsOf, measureLoss, measureRows } from './measure.ts';
import { ratesOfEpoch } from './schedule.ts';

/** How often the loop lets messages in, and how often it hands out a snapshot, at most. */
const YIELD_EVERY_MS = 40;
const SNAPSHOT_EVERY_MS = 3000;

export interface TrainHeadArgs {
  readonly table: FeatureTable;
  readonly classCount: number;
  /** Row numbers of the table. */
  readonly rows: Readonly<Record<SplitName, Int32Array>>;
  readonly settings: TrainSettings;
  readonly resumeFrom: TrainSnapshot | null;
  /** A snapshot is a copy of all weights, so it is not made after every short epoch. */
  readonly snapshotEveryMs?: number;
  /** Whatever suits the current backend, if none is named. */
  readonly createTrainer?: CreateHeadTrainer;
}

export interface TrainHeadContext {
  readonly onProgress: (progress: TrainProgress) => void;
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
  /** Aborted with an `AppError` when the backend's device is gone. */
  readonly lost: AbortSignal;
}

export interface TrainHeadResult {
  readonly head: Network;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** `[testCount, classes]`, in the order of `rows.test`. */
  readonly testProbabilities: Float32Array<ArrayBuffer>;
}

/** All that changes from epoch to epoch. */
interface Run {
  readonly trainer: HeadTrainer;
  readonly random: Random;
  readonly curve: EpochMetrics[];
  bestEpoch: number;
  bestHead: Network;
  bestLoss: number;
}

async function startRun(args: TrainHeadArgs): Promise<Run> {
  const { settings, resumeFrom, table, classCount, createTrainer = createHeadTrainer } = args;
  const random = createRandom(resumeFrom?.randomState ?? settings.seed);
  const nodes = buildHeadNodes(settings, table.featureCount, classCount);
  const head = resumeFrom?.head ?? createHead(nodes, () => random.next());
  const start = resumeFrom ?? { head, optimizerState: {}, optimizerSteps: 0 };
  const curve = [...(resumeFrom?.curve ?? [])];
  const bestEpoch = resumeFrom?.bestEpoch ?? 0;
  const best = curve[bestEpoch - 1];
  return {
    trainer: await createTrainer({ table, classWeights: classWeightsOf(args), settings, start }),
    random,
    curve,
    bestEpoch,
    bestHead: resumeFrom?.bestHead ?? head,
    bestLoss: best ? watchedLoss(best) : Number.POSITIVE_INFINITY,
  };
}

function classWeightsOf({ table, rows, settings, classCount }: TrainHeadArgs): readonly number[] {
  if (settings.classWeights === 'none') return new Array<number>(classCount).fill(1);
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labelsOf(table, rows.train)) counts[label] = (counts[label] ?? 0) + 1;
  return balancedClassWeights(counts);
}

/** One pass over the training rows in a fresh order. Mean loss and accuracy, under dropout, as Keras shows them. */
async function runEpoch(
  { trainer, random, curve }: Run,
  { rows, settings }: TrainHeadArgs,
  context: TrainHeadContext,
): Promise<Pick<EpochMetrics, 'loss' | 'accuracy' | 'learningRate'>> {
  const order = shuffle(rows.train.slice(), random);
  const rateOf = ratesOfEpoch(settings, Math.ceil(order.length / settings.batchSize), curve);
  let lastYieldMs = performance.now();
  let learningRate = settings.learningRate;
  for (let start = 0; start < order.length; start += settings.batchSize) {
    throwIfCancelled(context.signal);
    context.lost.throwIfAborted();
    learningRate = rateOf(start / settings.batchSize);
    trainer.step(order.subarray(start, start + settings.batchSize), random, learningRate);
    if (performance.now() - lastYieldMs > YIELD_EVERY_MS) {
      await yieldToMessages();
      lastYieldMs = performance.now();
    }
  }
  const { lossSum, weightSum, correct } = await trainer.takeTotals();
  return { loss: lossSum / weightSum, accuracy: correct / order.length, learningRate };
}

async function toSnapshot(run: Run): Promise<TrainSnapshot> {
  return {
    ...(await run.trainer.snapshot()),
    epoch: run.curve.length,
    curve: [...run.curve],
    bestHead: run.bestHead,
    bestEpoch: run.bestEpoch,
    randomState: run.random.state,
  };
}

/** Runs epochs until they are used up, early stopping says so, or the person does. */
async function runEpochs(run: Run, args: TrainHeadArgs, context: TrainHeadContext): Promise<StopReason> {
  const { settings, table, classCount, snapshotEveryMs = SNAPSHOT_EVERY_MS } = args;
  const startMs = performance.now();
  const elapsedBeforeMs = run.curve.at(-1)?.elapsedMs ?? 0;
  const firstEpoch = run.curve.length + 1;
  let lastSnapshotMs = startMs;

  for (let epoch = firstEpoch; epoch <= settings.epochs; epoch++) {
    const training = await runEpoch(run, args, context);
    const validation = await measureLoss(run.trainer, table, args.rows.validation, classCount);
    context.lost.throwIfAborted();
    const elapsedMs = performance.now() - startMs;
    const metrics: EpochMetrics = {
      epoch,
      ...training,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      elapsedMs: elapsedBeforeMs + elapsedMs,
    };
    if (!Number.isFinite(watchedLoss(metrics)) || !Number.isFinite(metrics.loss)) {
      throw new AppError('notFinite', { epoch });
    }
    run.curve.push(metrics);
    if (watchedLoss(metrics) < run.bestLoss) {
      run.bestLoss = watchedLoss(metrics);
      run.bestEpoch = epoch;
      run.bestHead = await run.trainer.toNetwork();
    }
    const remainingMs = (elapsedMs / (epoch - firstEpoch + 1)) * (settings.epochs - epoch);
    context.onProgress({ kind: 'epoch', metrics, bestEpoch: run.bestEpoch, remainingMs });
    if (performance.now() - lastSnapshotMs >= snapshotEveryMs) {
      context.onProgress({ kind: 'snapshot', snapshot: await toSnapshot(run) });
      lastSnapshotMs = performance.now();
    }
    await yieldToMessages();
    throwIfCancelled(context.signal);
    if (context.finishSignal.aborted) return 'finishedByPerson';
    const patience = settings.earlyStoppingPatience;
    if (patience !== null && epoch - run.bestEpoch >= patience) return 'earlyStopping';
  }
  return 'allEpochs';
}

/**
 * Trains, puts the best weights back and measures them on the validation and test rows.
 * @throws AppError `notFinite` when the loss is no number, `cancelled`, `deviceLost`, `outOfMemory`.
 */
export async function trainHead(args: TrainHeadArgs, context: TrainHeadContext): Promise<TrainHeadResult> {
  const { table, rows, classCount } = args;
  const run = await startRun(args);
  const { trainer } = run;
  try {
    const stopReason = await runEpochs(run, args, context);
    trainer.restore(run.bestHead);
    const validation = await measureRows(trainer, table, rows.validation, classCount);
    const test = await measureRows(trainer, table, rows.test, classCount);
    context.lost.throwIfAborted();
    return {
      head: run.bestHead,
      curve: run.curve,
      bestEpoch: run.bestEpoch,
      stopReason,
      validation: validation.metrics,
      test: test.metrics,
      testProbabilities: test.probabilities,
    };
  } finally {
    trainer.dispose();
  }
}
