/** The learning-rate range test (Smith, "Cyclical Learning Rates", 2017, section 3.3) on a head that is thrown away. */
import { hasDiverged, type RatePoint, risingRates } from '../../evaluation/lrCurve.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { shuffle } from '../../shared/random.ts';
import { yieldToMessages } from '../yield.ts';
import { measureEachLoss } from './measure.ts';
import { rowsPerStep, startRun, type TrainHeadArgs } from './runState.ts';
import type { Trainer } from './trainer.ts';

/** Rates that are tried: 14 in each power of ten. */
export const RATE_STEPS = 100;
const NO_ROWS = new Int32Array();

export interface LrRangeTestArgs
  extends Pick<
    TrainHeadArgs,
    'labels' | 'classCount' | 'settings' | 'start' | 'createFresh' | 'createTrainer'
  > {
  /** Row numbers to learn from. */
  readonly rows: Int32Array;
  readonly steps?: number;
}

export interface LrRangeTestContext {
  /** After each step. @param points all so far */
  readonly onPoint: (points: readonly RatePoint[]) => void;
  readonly signal: AbortSignal;
  /** Aborted with an `AppError` when the backend's device is gone. */
  readonly lost: AbortSignal;
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * How much harder than the average a batch is for a head that has learned nothing. Divided by it, losses of different
 * batches can be compared: the ratio estimator (Cochran, "Sampling Techniques", 1977, chapter 6).
 */
async function createHardness(
  trainer: Trainer,
  { labels, rows, classCount }: Pick<LrRangeTestArgs, 'labels' | 'rows' | 'classCount'>,
): Promise<(batch: Int32Array) => number> {
  const losses = await measureEachLoss(trainer, labels, rows, classCount);
  const lossOf = new Map(Array.from(rows, (row, i) => [row, losses[i] as number]));
  const mean = meanOf(losses);
  return (batch) => meanOf(Float64Array.from(batch, (row) => lossOf.get(row) ?? mean)) / mean;
}

/**
 * Trains a head at rates that rise from step to step, until they are used up or the loss is past saving. The settings'
 * own rate and schedule are not used; all else is.
 * @returns the points whose loss is a number
 * @throws AppError `cancelled`, `deviceLost`, `outOfMemory`
 */
export async function runLrRangeTest(
  { steps = RATE_STEPS, ...args }: LrRangeTestArgs,
  { onPoint, signal, lost }: LrRangeTestContext,
): Promise<readonly RatePoint[]> {
  const splits = { train: args.rows, validation: NO_ROWS, test: NO_ROWS };
  const { trainer, random } = await startRun({ ...args, rows: splits, resumeFrom: null });
  const perStep = rowsPerStep(args.settings);
  const points: RatePoint[] = [];
  let order = NO_ROWS;
  try {
    const hardnessOf = await createHardness(trainer, args);
    for (const learningRate of risingRates(steps)) {
      throwIfCancelled(signal);
      lost.throwIfAborted();
      if (order.length === 0) order = shuffle(args.rows.slice(), random);
      const batch = order.subarray(0, perStep);
      await trainer.step(batch, random, learningRate);
      order = order.subarray(perStep);
      const { lossSum, weightSum } = await trainer.takeTotals();
      const loss = lossSum / weightSum / hardnessOf(batch);
      const losses = [...points.map((point) => point.loss), loss];
      if (Number.isFinite(loss)) points.push({ learningRate, loss });
      onPoint([...points]);
      if (hasDiverged(losses)) break;
      await yieldToMessages();
    }
  } finally {
    trainer.dispose();
  }
  return points;
}
