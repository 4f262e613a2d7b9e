/** The confusion matrix, which every other measure here is read from. */
import type { Metrics } from '../domain/metrics.ts';

/** Counts, `[true class][predicted class]`. */
export type Confusion = readonly (readonly number[])[];

/**
 * Counts each pair of true and predicted class.
 * @param trueIndices `[count]`, each in `0 … classCount - 1`
 * @param predictedIndices `[count]`, likewise
 * @throws RangeError if the lengths differ or an index is no class: a fault of the program, not of its input
 */
export function toConfusion(
  trueIndices: ArrayLike<number>,
  predictedIndices: ArrayLike<number>,
  classCount: number,
): Confusion {
  if (trueIndices.length !== predictedIndices.length) {
    throw new RangeError(`${trueIndices.length} true classes, ${predictedIndices.length} predicted`);
  }
  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < trueIndices.length; i++) {
    const trueIndex = trueIndices[i] ?? -1;
    const predictedIndex = predictedIndices[i] ?? -1;
    const row = confusion[trueIndex];
    const count = row?.[predictedIndex];
    if (row === undefined || count === undefined) {
      throw new RangeError(`no class ${trueIndex} or ${predictedIndex} among ${classCount}`);
    }
    row[predictedIndex] = count + 1;
  }
  return confusion;
}

/** The confusion matrix with each row divided by its sum: fractions of the true class; a row without pictures stays 0. */
export function toFractions(confusion: Confusion): Confusion {
  return confusion.map((row) => {
    const support = sum(row);
    return row.map((count) => (support === 0 ? 0 : count / support));
  });
}

/** A mistake: pictures of one class taken for another. */
export interface ConfusedPair {
  readonly trueIndex: number;
  readonly predictedIndex: number;
  readonly count: number;
  /** Of the pictures of the true class, (0, 1]. */
  readonly fraction: number;
}

/**
 * The mistakes made most often, for explaining the matrix in words.
 * Most pictures first; of equal counts the larger fraction of its class, then the order of the classes.
 */
export function mostConfused(metrics: Pick<Metrics, 'confusion'>, limit = 5): readonly ConfusedPair[] {
  const pairs = metrics.confusion.flatMap((row, trueIndex) => {
    const support = sum(row);
    return row.flatMap((count, predictedIndex) =>
      count > 0 && predictedIndex !== trueIndex
        ? [{ trueIndex, predictedIndex, count, fraction: count / support }]
        : [],
    );
  });
  return pairs
    .sort(
      (a, b) =>
        b.count - a.count ||
        b.fraction - a.fraction ||
        a.trueIndex - b.trueIndex ||
        a.predictedIndex - b.predictedIndex,
    )
    .slice(0, limit);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
