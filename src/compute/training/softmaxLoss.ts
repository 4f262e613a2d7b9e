/** Softmax and cross-entropy of a batch in plain loops: next to the layers before them they cost nothing. */
import { PANEL } from './assembly/layout.ts';
import type { BatchTotals } from './headTrainer.ts';

/** What a probability counts for at least, so that a loss stays finite. As Keras has it. */
export const SMALLEST_PROBABILITY = 1e-7;

/** Probabilities of the `count` logits from `first` on, written to `out` from `to` on. */
export function softmax(
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
function argMax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

export interface LogitBatch {
  /** `[rows, stride]` of which the first `classWeights.length` of each row count. */
  readonly logits: Float32Array;
  readonly stride: number;
  /** Class of each row; as many as there are rows. */
  readonly targets: ArrayLike<number>;
  /** One number a class. */
  readonly classWeights: readonly number[];
  /** Share of each target that is spread evenly over all classes, [0, 1). */
  readonly labelSmoothing: number;
}

/**
 * Loss of a batch, and the gradient for the logits: `(p − target) · weight / Σ weights`. The gradient's targets are
 * smoothed (Szegedy et al., "Rethinking the Inception Architecture", 2015, section 7), those of the loss are not.
 * @param gradients written, `[panels, rows, PANEL]`; zero where there is no class
 */
export function softmaxLoss(
  { logits, stride, targets, classWeights, labelSmoothing }: LogitBatch,
  gradients: Float32Array,
): BatchTotals {
  const rowCount = targets.length;
  const classCount = classWeights.length;
  const probabilities = new Float64Array(classCount);
  const ofOthers = labelSmoothing / classCount;
  const ofTarget = 1 - labelSmoothing + ofOthers;
  const weightOf = (row: number) => classWeights[targets[row] as number] ?? 1;
  let [lossSum, weightSum, correct] = [0, 0, 0];
  for (let row = 0; row < rowCount; row++) weightSum += weightOf(row);
  gradients.fill(0);
  for (let row = 0; row < rowCount; row++) {
    const target = targets[row] as number;
    const weight = weightOf(row);
    softmax(logits, row * stride, classCount, probabilities);
    lossSum -= weight * Math.log(Math.max(probabilities[target] as number, SMALLEST_PROBABILITY));
    if (weight > 0 && argMax(probabilities) === target) correct += 1;
    for (let index = 0; index < classCount; index++) {
      const error = (probabilities[index] as number) - (index === target ? ofTarget : ofOthers);
      const place = (Math.floor(index / PANEL) * rowCount + row) * PANEL + (index % PANEL);
      gradients[place] = (error * weight) / weightSum;
    }
  }
  return { lossSum, weightSum, correct };
}
