/** Softmax and cross-entropy of a batch in plain loops: next to the layers before them they cost nothing. */

import { SMALLEST_PROBABILITY } from '../../../training/loss.ts';
import type { BatchTotals } from '../../../training/trainer.ts';

/** Probabilities of the `count` logits from `first` on, written to `out` from `to` on. */
export function softmaxInto(
  logits: Float32Array,
  first: number,
  count: number,
  out: Float32Array | Float64Array,
  to = 0,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) largest = Math.max(largest, logits[first + i] as number);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const power = Math.exp((logits[first + i] as number) - largest);
    out[to + i] = power;
    sum += power;
  }
  for (let i = 0; i < count; i++) out[to + i] = (out[to + i] as number) / sum;
}

/** Place of the largest; the first of equals. */
function argMax(values: Float64Array | Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

export interface LogitBatch {
  /** `[rows, classes]`. */
  readonly logits: Float32Array;
  readonly classCount: number;
  /** Fractions of the classes, `[rows, classes]`, as `toRowTargets` has them. */
  readonly fractions: Float32Array;
  /** One number a row; as many as there are rows. */
  readonly weights: Float32Array;
  /** Σ weights of all rows that go into one step of the optimiser, of which these may be a part. */
  readonly weightSum: number;
  /** Fraction of each target that is spread evenly over all classes, [0, 1). */
  readonly labelSmoothing: number;
  /** γ of the focal loss; 0: cross-entropy. */
  readonly focalGamma: number;
}

/**
 * `(1−p)^γ·(γ·p·log p / (1−p) − 1)`: how steeply a class's part of the focal loss falls with its logit, but for the
 * fraction of the class. Derived in `logitError.ts`.
 */
function focalSlope(probability: number, gamma: number): number {
  if (gamma === 0) return -1;
  const others = Math.max(1 - probability, SMALLEST_PROBABILITY);
  const log = Math.log(Math.max(probability, SMALLEST_PROBABILITY));
  return others ** gamma * ((gamma * probability * log) / others - 1);
}

/**
 * Loss of a batch, and the gradient for the logits, times `weight / Σ weights`: with γ = 0 `p − target`, otherwise that
 * of the focal loss (`logitError.ts`). The gradient's targets are smoothed (Szegedy et al., "Rethinking the Inception
 * Architecture", 2015, section 7), those of the loss are not, and the loss is plain cross-entropy whatever trains.
 * @param gradients written, `[rows, classes]`
 */
export function softmaxLoss(batch: LogitBatch, gradients: Float32Array): BatchTotals {
  const { logits, classCount, fractions, weights, labelSmoothing, focalGamma } = batch;
  const rowCount = weights.length;
  const probabilities = new Float64Array(classCount);
  const slopes = new Float64Array(classCount);
  let [lossSum, weightSum, correct] = [0, 0, 0];
  for (let row = 0; row < rowCount; row++) {
    const target = fractions.subarray(row * classCount, (row + 1) * classCount);
    const weight = weights[row] as number;
    weightSum += weight;
    softmaxInto(logits, row * classCount, classCount, probabilities);
    if (weight > 0 && argMax(probabilities) === argMax(target)) correct += 1;
    let slopeSum = 0;
    for (let index = 0; index < classCount; index++) {
      const fraction = target[index] as number;
      const probability = probabilities[index] as number;
      if (fraction > 0) lossSum -= weight * fraction * Math.log(Math.max(probability, SMALLEST_PROBABILITY));
      const smoothed = (1 - labelSmoothing) * fraction + labelSmoothing / classCount;
      const slope = smoothed > 0 ? smoothed * focalSlope(probability, focalGamma) : 0;
      slopes[index] = slope;
      slopeSum += slope;
    }
    for (let index = 0; index < classCount; index++) {
      const error = (slopes[index] as number) - (probabilities[index] as number) * slopeSum;
      gradients[row * classCount + index] = (error * weight) / batch.weightSum;
    }
  }
  return { lossSum, weightSum, correct };
}
