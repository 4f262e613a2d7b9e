/** How good a classifier is, with how sure one can be of it: accuracy, its interval, precision, recall and F1. */

import type { ClassMetrics, Interval, Metrics } from '../domain/metrics.ts';
import { toConfusion } from './confusion.ts';

/** The 97.5 % quantile of the standard normal distribution: two-sided 95 %. */
const Z_95 = 1.959963984540054;

/**
 * All measures of a classifier on a set of pictures.
 * @param trueIndices `[count]`, indices into the classes
 * @param predictedIndices `[count]`, likewise
 * @returns for an empty set: accuracy 0 with the interval `[0, 1]`
 * @throws RangeError if the lengths differ or an index is no class
 */
export function toMetrics(
  trueIndices: ArrayLike<number>,
  predictedIndices: ArrayLike<number>,
  classCount: number,
): Metrics {
  const confusion = toConfusion(trueIndices, predictedIndices, classCount);
  const count = trueIndices.length;
  let right = 0;
  const predictedCounts = new Array<number>(classCount).fill(0);
  confusion.forEach((row, trueIndex) => {
    right += row[trueIndex] ?? 0;
    row.forEach((cell, predictedIndex) => {
      predictedCounts[predictedIndex] = (predictedCounts[predictedIndex] ?? 0) + cell;
    });
  });
  const perClass = confusion.map((row, classIndex) =>
    toClassMetrics(
      classIndex,
      row[classIndex] ?? 0,
      row.reduce((total, cell) => total + cell, 0),
      predictedCounts[classIndex] ?? 0,
    ),
  );
  return {
    count,
    accuracy: count === 0 ? 0 : right / count,
    accuracyInterval: wilsonInterval(right, count),
    perClass,
    confusion,
  };
}

/**
 * Precision TP / (TP + FP), recall TP / (TP + FN), and F1 = 2·TP / (2·TP + FP + FN), their harmonic mean
 * (van Rijsbergen, Information Retrieval, 2nd ed. 1979, ch. 7).
 */
function toClassMetrics(
  classIndex: number,
  truePositives: number,
  support: number,
  predictedCount: number,
): ClassMetrics {
  return {
    classIndex,
    support,
    precision: ratioOrNull(truePositives, predictedCount),
    recall: ratioOrNull(truePositives, support),
    f1: ratioOrNull(2 * truePositives, predictedCount + support),
  };
}

/**
 * Wilson score interval of a fraction, 95 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 * Unlike p ± z·√(p(1−p)/n) it stays within 0–1 and holds for small n and for p near 0 or 1.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927), 209–212.
 * @returns `[0, 1]` where `count` is 0: nothing is known
 */
export function wilsonInterval(right: number, count: number): Interval {
  if (count === 0) return [0, 1];
  const fraction = right / count;
  const z2 = Z_95 * Z_95;
  const scale = 1 / (1 + z2 / count);
  const middle = scale * (fraction + z2 / (2 * count));
  const half = scale * Z_95 * Math.sqrt((fraction * (1 - fraction)) / count + z2 / (4 * count * count));
  // At p = 0 and p = 1 the bound is exact; rounding must not leave 0–1 or exclude the fraction itself.
  return [right === 0 ? 0 : middle - half, right === count ? 1 : middle + half];
}

/** Means over the classes, each counting alike however many pictures it has. */
export interface MacroAverages {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Unweighted means over the classes that have pictures in the set. A class that was never predicted counts with
 * precision 0, as in scikit-learn (`average='macro', zero_division=0`). null where no class has pictures.
 */
export function macroAverages(metrics: Pick<Metrics, 'perClass'>): MacroAverages | null {
  const present = metrics.perClass.filter((one) => one.support > 0);
  if (present.length === 0) return null;
  const mean = (pick: (one: ClassMetrics) => number | null) =>
    present.reduce((total, one) => total + (pick(one) ?? 0), 0) / present.length;
  return {
    precision: mean((one) => one.precision),
    recall: mean((one) => one.recall),
    f1: mean((one) => one.f1),
  };
}

/**
 * Loss weights that let every class matter alike: total / (classes · count), mean 1 over the pictures
 * (King & Zeng, "Logistic regression in rare events data", 2001; scikit-learn's `class_weight='balanced'`).
 * A class without pictures weighs 0 and is not counted among the classes.
 * @param counts training pictures per class
 * @returns one weight per class, in the same order
 */
export function balancedClassWeights(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : total / (present * count)));
}

function ratioOrNull(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
