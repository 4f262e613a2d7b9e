/** A first accuracy and the learning curve, from feature rows alone: what ridge regression makes of more and more of them. */

import type { TrainSettings } from '../../domain/trainSettings.ts';
import {
  type Baseline,
  drawOrder,
  type LearningPoint,
  measureGrowth,
  stratifiedSubset,
  toLearningPoint,
} from '../../evaluation/learningCurve.ts';
import { balancedClassWeights, wilsonInterval } from '../../evaluation/metrics.ts';
import type { Pause } from './cholesky.ts';
import { chooseLambda, fitRidge, type Gram, predictLeftOut, predictRidge } from './ridge.ts';

export interface LearningCurveArgs {
  /** Of the training rows first, then those of validation, if there are any. */
  readonly gram: Gram;
  /** Class of each row. */
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly classWeights: TrainSettings['classWeights'];
  readonly seed: number;
}

export interface LearningCurveContext {
  /** The points so far, fewest pictures first. */
  readonly onPoints: (points: readonly LearningPoint[]) => void;
  readonly pause: Pause;
}

export type LearningCurve = Omit<Baseline, 'trainTotal' | 'elapsedMs'>;

/** Inner products are of rows of length 1, so these fit every network. */
const LAMBDAS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;
/** The best penalty hardly depends on the number of pictures, so that of some will do for all. */
const ROWS_FOR_LAMBDA = 400;
/** Largest first, since half of the pictures tells most; the fewer there are, the more chance decides which. */
const PARTS = [
  { fraction: 0.5, draws: 4 },
  { fraction: 0.25, draws: 6 },
  { fraction: 0.1, draws: 8 },
] as const;

/** @throws AppError `unexpected` if a feature is not finite; what `pause` throws */
export async function learnFromParts(
  args: LearningCurveArgs,
  { onPoints, pause }: LearningCurveContext,
): Promise<LearningCurve> {
  const { gram, labels, classCount, seed } = args;
  const { trainCount } = gram;
  const trainLabels = labels.subarray(0, trainCount);
  const orderOf = (draw: number) => drawOrder(trainLabels, classCount, seed + draw);
  const some = stratifiedSubset(orderOf(0), Math.min(1, ROWS_FOR_LAMBDA / trainCount));
  const lambda = await chooseLambda({ ...taught(args, some), chosen: some }, LAMBDAS, pause);
  const check = (chosen: Int32Array) => checkAfter(args, chosen, lambda, pause);

  const right = await check(range(0, trainCount));
  let points = [toLearningPoint(trainCount, [right])];
  onPoints(points);
  let growth: LearningCurve['growth'] = null;
  for (const { fraction, draws } of PARTS) {
    const answers: Uint8Array[] = [];
    let count = 0;
    for (let draw = 0; draw < draws; draw++) {
      const subset = stratifiedSubset(orderOf(draw), fraction);
      count = subset.length;
      // With very few pictures a smaller fraction is the same pictures again.
      if (count < (points[0]?.trainCount ?? 0)) answers.push(await check(subset));
    }
    if (answers.length === 0) continue;
    points = [toLearningPoint(count, answers), ...points];
    onPoints(points);
    if (fraction === 0.5) {
      growth = measureGrowth({ trainCount: count, draws: answers }, { trainCount, right });
    }
  }
  const rightCount = right.reduce((sum, value) => sum + value, 0);
  return {
    accuracy: rightCount / right.length,
    accuracyInterval: wilsonInterval(rightCount, right.length),
    checkedCount: right.length,
    checkedWith: labels.length > trainCount ? 'validation' : 'leaveOneOut',
    trainCount,
    points,
    growth,
  };
}

function taught({ gram, labels, classCount, classWeights }: LearningCurveArgs, chosen: Int32Array) {
  const counts = new Array<number>(classCount).fill(0);
  for (const row of chosen) {
    const label = labels[row] as number;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const weights = classWeights === 'balanced' ? balancedClassWeights(counts) : counts.map(() => 1);
  return { gram, labels, classWeights: weights };
}

/**
 * 1 for each checked picture that is right after learning from `chosen`. Without validation pictures those to learn
 * from are checked: what was not chosen as it is, what was chosen by leaving it out.
 */
async function checkAfter(
  args: LearningCurveArgs,
  chosen: Int32Array,
  lambda: number,
  pause: Pause,
): Promise<Uint8Array> {
  const { gram, labels } = args;
  const isOutside = labels.length > gram.trainCount;
  const fit = await fitRidge({ ...taught(args, chosen), chosen, lambda }, !isOutside, pause);
  const known = new Set(chosen);
  const rows = isOutside
    ? range(gram.trainCount, labels.length)
    : range(0, gram.trainCount).filter((row) => !known.has(row));
  const predicted = new Int32Array(labels.length).fill(-1);
  predictRidge(fit, rows).forEach((answer, i) => {
    predicted[rows[i] as number] = answer;
  });
  if (!isOutside) {
    predictLeftOut(fit).forEach((answer, i) => {
      predicted[chosen[i] as number] = answer;
    });
  }
  await pause();
  const first = isOutside ? gram.trainCount : 0;
  return Uint8Array.from(labels.subarray(first), (label, i) => (predicted[first + i] === label ? 1 : 0));
}

/** The numbers from `from` up to, but not including, `to`. */
function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}
