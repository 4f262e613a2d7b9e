/** What a network should answer for rows of a table: a fraction of each class, and how much each row counts. */
import type { RowMixes } from './activationSource.ts';

export interface Labelled {
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Of rows that show two pictures mixed; absent where none does. */
  readonly mixes?: RowMixes | undefined;
}

export interface RowTargets {
  /** Fractions that sum to 1, `[rows, classes]`. */
  readonly fractions: Float32Array<ArrayBuffer>;
  /** `[rows]`. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly weightSum: number;
}

/**
 * One-hot, or of mixed pictures `fraction · onehot(own) + (1 − fraction) · onehot(other)` (Zhang et al., "mixup", 2018,
 * section 2); weights of classes are mixed in the same way.
 * @param classWeights one number a class
 */
export function toRowTargets({ labels, mixes }: Labelled, classWeights: readonly number[]): RowTargets {
  const classCount = classWeights.length;
  const fractions = new Float32Array(labels.length * classCount);
  const weights = new Float32Array(labels.length);
  let weightSum = 0;
  labels.forEach((own, row) => {
    const add = (label: number, fraction: number) => {
      const place = row * classCount + label;
      fractions[place] = (fractions[place] as number) + fraction;
      weights[row] = (weights[row] as number) + fraction * (classWeights[label] ?? 1);
    };
    const fraction = mixes ? (mixes.fractions[row] as number) : 1;
    add(own, fraction);
    if (mixes && fraction < 1) add(mixes.labels[row] as number, 1 - fraction);
    weightSum += weights[row] as number;
  });
  return { fractions, weights, weightSum };
}
