/** The training loop of a head over features that are ready. */
import * as tf from '@tensorflow/tfjs-core';
import { balancedClassWeights, toMetrics } from '../../evaluation/metrics.ts';
import type { Metrics } from '../../evaluation/types.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import type { TrainProgress, TrainSnapshot } from '../../rpc/protocol.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import type { SplitName } from '../../shared/picture.ts';
import { createRandom, type Random, shuffle } from '../../shared/random.ts';
import type { EpochMetrics, StopReason, TrainSettings } from '../../shared/training.ts';
import { yieldToMessages } from '../yield.ts';
import { type FeatureTable, toBatch, toColumns } from './batches.ts';
import { createDenseStack, type DenseStack } from './denseStack.ts';
import { createOptimizer, type Optimizer, readSlots, writeSlots } from './optimizers.ts';

/** Rows of one forward pass of the evaluation; one fixed shape. */
const EVALUATION_BATCH = 128;
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
  readonly stack: DenseStack;
  readonly optimizer: Optimizer;
  readonly random: Random;
  readonly curve: EpochMetrics[];
  bestEpoch: number;
  bestHead: Network;
  bestLoss: number;
}

function startRun({ settings, resumeFrom, table, classCount }: TrainHeadArgs): Run {
  const random = createRandom(resumeFrom?.randomState ?? settings.seed);
  const nodes = buildHeadNodes(settings, table.featureCount, classCount);
  const head = resumeFrom?.head ?? createHead(nodes, () => random.next());
  const stack = createDenseStack(head);
  if (resumeFrom) writeSlots(stack.parameters, resumeFrom.optimizerState);
  const curve = [...(resumeFrom?.curve ?? [])];
  const bestEpoch = resumeFrom?.bestEpoch ?? 0;
  const best = curve[bestEpoch - 1];
  return {
    stack,
    optimizer: createOptimizer(settings, resumeFrom?.optimizerSteps ?? 0),
    random,
    curve,
    bestEpoch,
    bestHead: resumeFrom?.bestHead ?? head,
    bestLoss: best ? watchedLoss(best) : Number.POSITIVE_INFINITY,
  };
}

/** What early stopping watches: the validation loss, or the training loss where there is no validation set. */
function watchedLoss(metrics: EpochMetrics): number {
  return metrics.validationLoss ?? metrics.loss;
}

/** Probabilities `[rows, classes]` of the given rows, without dropout. */
async function predictRows(
  stack: DenseStack,
  table: FeatureTable,
  rows: Int32Array,
  classCount: number,
): Promise<Float32Array<ArrayBuffer>> {
  const probabilities = new Float32Array(rows.length * classCount);
  for (let start = 0; start < rows.length; start += EVALUATION_BATCH) {
    const part = rows.subarray(start, start + EVALUATION_BATCH);
    const columns = toColumns(table, part, EVALUATION_BATCH);
    const output = stack.predict(columns);
    const values = (await output.data()) as Float32Array;
    probabilities.set(values.subarray(0, part.length * classCount), start * classCount);
    tf.dispose([columns, output]);
  }
  return probabilities;
}

function toPredicted(probabilities: Float32Array, classCount: number): number[] {
  return Array.from({ length: probabilities.length / classCount }, (_, row) => {
    const line = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return line.indexOf(Math.max(...line));
  });
}

function labelsOf(table: FeatureTable, rows: Int32Array): number[] {
  return Array.from(rows, (row) => table.labels[row] as number);
}

/** Mean cross-entropy in nats and share right; null without rows. */
async function evaluateRows(
  stack: DenseStack,
  table: FeatureTable,
  rows: Int32Array,
  classCount: number,
): Promise<{ loss: number; accuracy: number } | null> {
  if (rows.length === 0) return null;
  const probabilities = await predictRows(stack, table, rows, classCount);
  const labels = labelsOf(table, rows);
  const predicted = toPredicted(probabilities, classCount);
  let loss = 0;
  let right = 0;
  labels.forEach((label, i) => {
    loss -= Math.log(Math.max(probabilities[i * classCount + label] ?? 0, 1e-7));
    if (predicted[i] === label) right += 1;
  });
  return { loss: loss / rows.length, accuracy: right / rows.length };
}

function classWeightsOf({ table, rows, settings, classCount }: TrainHeadArgs): readonly number[] {
  if (settings.classWeights === 'none') return new Array<number>(classCount).fill(1);
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labelsOf(table, rows.train)) counts[label] = (counts[label] ?? 0) + 1;
  return balancedClassWeights(counts);
}

/** One pass over the training rows in a fresh order. Mean loss and accuracy, under dropout, as Keras shows them. */
async function runEpoch(
  run: Run,
  args: TrainHeadArgs,
  classWeights: readonly number[],
  context: TrainHeadContext,
): Promise<{ loss: number; accuracy: number }> {
  const { table, settings } = args;
  const { stack, optimizer, random } = run;
  const order = shuffle(args.rows.train.slice(), random);
  const dropMask = (size: number) => new Float32Array(size).map(() => random.next());
  let totals = tf.zeros([2]);
  let weightTotal = 0;
  let lastYieldMs = performance.now();
  try {
    for (let start = 0; start < order.length; start += settings.batchSize) {
      throwIfCancelled(context.signal);
      context.lost.throwIfAborted();
      const part = order.subarray(start, start + settings.batchSize);
      const batch = toBatch(table, part, settings.batchSize, classWeights);
      const { gradients, lossSum, correct } = stack.step(batch, batch.weightSum, dropMask);
      optimizer.apply(gradients);
      const before = totals;
      totals = tf.tidy(() => tf.add(before, tf.stack([lossSum, correct])));
      tf.dispose([before, lossSum, correct, batch.rows, batch.columns, batch.targets, batch.weights]);
      weightTotal += batch.weightSum;
      if (performance.now() - lastYieldMs > YIELD_EVERY_MS) {
        await yieldToMessages();
        lastYieldMs = performance.now();
      }
    }
    const [lossTotal = Number.NaN, rightTotal = 0] = (await totals.data()) as Float32Array;
    return { loss: lossTotal / weightTotal, accuracy: rightTotal / order.length };
  } finally {
    totals.dispose();
  }
}

async function toSnapshot(run: Run): Promise<TrainSnapshot> {
  return {
    epoch: run.curve.length,
    curve: [...run.curve],
    head: await run.stack.toNetwork(),
    bestHead: run.bestHead,
    bestEpoch: run.bestEpoch,
    optimizerState: await readSlots(run.stack.parameters),
    optimizerSteps: run.optimizer.steps,
    randomState: run.random.state,
  };
}

/** Runs epochs until they are used up, early stopping says so, or the person does. */
async function runEpochs(run: Run, args: TrainHeadArgs, context: TrainHeadContext): Promise<StopReason> {
  const { settings, table, classCount, snapshotEveryMs = SNAPSHOT_EVERY_MS } = args;
  const classWeights = classWeightsOf(args);
  const startMs = performance.now();
  const elapsedBeforeMs = run.curve.at(-1)?.elapsedMs ?? 0;
  const firstEpoch = run.curve.length + 1;
  let lastSnapshotMs = startMs;

  for (let epoch = firstEpoch; epoch <= settings.epochs; epoch++) {
    const training = await runEpoch(run, args, classWeights, context);
    const validation = await evaluateRows(run.stack, table, args.rows.validation, classCount);
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
      run.bestHead = await run.stack.toNetwork();
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
 * @throws AppError `notFinite` when the loss is no number, `cancelled`, `deviceLost`.
 */
export async function trainHead(args: TrainHeadArgs, context: TrainHeadContext): Promise<TrainHeadResult> {
  const { table, rows, classCount } = args;
  const run = startRun(args);
  try {
    const stopReason = await runEpochs(run, args, context);
    const best = createDenseStack(run.bestHead);
    try {
      const measure = async (split: Int32Array) => {
        const probabilities = await predictRows(best, table, split, classCount);
        const metrics =
          split.length > 0
            ? toMetrics(labelsOf(table, split), toPredicted(probabilities, classCount), classCount)
            : null;
        return { probabilities, metrics };
      };
      const validation = await measure(rows.validation);
      const test = await measure(rows.test);
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
      best.dispose();
    }
  } finally {
    run.stack.dispose();
  }
}
