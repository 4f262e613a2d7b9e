/** What to compare a result with, worked out from the numbers alone. */
import type { ExactCheck, Interval, Metrics } from '../../domain/metrics.ts';
import type { DataSummary } from '../../domain/model.ts';

/** Accuracy of always naming the class that is most frequent in the set: the least a classifier must beat. */
export function guessingAccuracy({ confusion, count }: Pick<Metrics, 'confusion' | 'count'>): number {
  if (count === 0) return 0;
  const supports = confusion.map((row) => row.reduce((total, cell) => total + cell, 0));
  return Math.max(...supports) / count;
}

/** Right answers in the set. */
export function rightCount({ confusion }: Pick<Metrics, 'confusion'>): number {
  return confusion.reduce((total, row, index) => total + (row[index] ?? 0), 0);
}

export interface ShownMatrix {
  /** Indices of the classes shown, ascending. */
  readonly indices: readonly number[];
  readonly hiddenCount: number;
}

/** Classes of a matrix to show: all, or where there are too many those with most mistakes, made or suffered. */
export function shownClasses({ confusion }: Pick<Metrics, 'confusion'>, limit: number): ShownMatrix {
  const mistakes = confusion.map(() => 0);
  confusion.forEach((row, trueIndex) => {
    row.forEach((cell, predictedIndex) => {
      if (trueIndex === predictedIndex) return;
      mistakes[trueIndex] = (mistakes[trueIndex] ?? 0) + cell;
      mistakes[predictedIndex] = (mistakes[predictedIndex] ?? 0) + cell;
    });
  });
  const indices = mistakes
    .map((count, index) => ({ count, index }))
    .sort((a, b) => b.count - a.count || a.index - b.index)
    .slice(0, limit)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  return { indices, hiddenCount: confusion.length - indices.length };
}

/** Pictures of each split over all classes. */
export function splitTotals({ counts }: Pick<DataSummary, 'counts'>) {
  return counts.reduce(
    (total, { train, validation, test }) => ({
      train: total.train + train,
      validation: total.validation + validation,
      test: total.test + test,
    }),
    { train: 0, validation: 0, test: 0 },
  );
}

/** From half a point on people should hear of it. */
const NOTICEABLE_DIFFERENCE = 0.005;

/** Where the accuracy in exact arithmetic lies, as far as it is known, 0–1. */
export function exactAccuracyInterval(
  { accuracy }: Pick<Metrics, 'accuracy'>,
  { difference: [low, high] }: Pick<ExactCheck, 'difference'>,
): Interval {
  return [Math.max(0, accuracy + low), Math.min(1, accuracy + high)];
}

/** True where another arithmetic gives an accuracy that differs by more than half a percentage point. */
export function isNoticeablyOther(a: Pick<Metrics, 'accuracy'>, b: Pick<Metrics, 'accuracy'>): boolean {
  return Math.abs(a.accuracy - b.accuracy) > NOTICEABLE_DIFFERENCE;
}
