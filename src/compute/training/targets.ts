/** What a network should answer for rows of a table: a share of each class, and how much each row counts. */
import type { FeatureTable } from './trainer.ts';

export type Labelled = Pick<FeatureTable, 'labels' | 'mixes'>;

export interface RowTargets {
  /** Shares that sum to 1, `[capacity, classes]`; zero for rows that only fill a batch up. */
  readonly shares: Float32Array<ArrayBuffer>;
  /** `[capacity]`; zero for rows that only fill a batch up. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly weightSum: number;
}

/**
 * One-hot, or of mixed pictures `share · onehot(own) + (1 − share) · onehot(other)` (Zhang et al., "mixup", 2018,
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
  const shares = new Float32Array(capacity * classCount);
  const weights = new Float32Array(capacity);
  let weightSum = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const add = (label: number, share: number) => {
      const place = i * classCount + label;
      shares[place] = (shares[place] as number) + share;
      weights[i] = (weights[i] as number) + share * (classWeights[label] ?? 1);
    };
    const share = mixes ? (mixes.shares[row] as number) : 1;
    add(labels[row] as number, share);
    if (mixes && share < 1) add(mixes.labels[row] as number, 1 - share);
    weightSum += weights[i] as number;
  }
  return { shares, weights, weightSum };
}
