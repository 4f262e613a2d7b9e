/** What a network should answer for rows of a table: a fraction of each class, and how much each row counts. */
import type { RowMixes } from './activationSource.ts';

export interface Labelled {
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Of rows that show two pictures mixed; absent where none does. */
  readonly mixes?: RowMixes | undefined;
}

export interface RowTargets {
  /** Fractions that sum to 1, `[capacity, classes]`; zero for rows that only fill a batch up. */
  readonly fractions: Float32Array<ArrayBuffer>;
  /** `[capacity]`; zero for rows that only fill a batch up. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly weightSum: number;
}

/**
 * One-hot, or of mixed pictures `fraction · onehot(own) + (1 − fraction) · onehot(other)` (Zhang et al., "mixup", 2018,
 * section 2); weights of classes are mixed in the same way.
 * @param classWeights one number a class
 * @param capacity rows of the result, where a batch is filled up to a fixed shape
 */
export function toRowTargets(
  { labels, mixes }: Labelled,
  rows: ArrayLike<number>,
  classWeights: readonly number[],
  capacity = rows.length,
): RowTargets {
  const classCount = classWeights.length;
  const fractions = new Float32Array(capacity * classCount);
  const weights = new Float32Array(capacity);
  let weightSum = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const add = (label: number, fraction: number) => {
      const place = i * classCount + label;
      fractions[place] = (fractions[place] as number) + fraction;
      weights[i] = (weights[i] as number) + fraction * (classWeights[label] ?? 1);
    };
    const fraction = mixes ? (mixes.fractions[row] as number) : 1;
    add(labels[row] as number, fraction);
    if (mixes && fraction < 1) add(mixes.labels[row] as number, 1 - fraction);
    weightSum += weights[i] as number;
  }
  return { fractions, weights, weightSum };
}
