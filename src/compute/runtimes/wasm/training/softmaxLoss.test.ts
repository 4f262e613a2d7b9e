import { describe, expect, it } from 'vitest';
import { toRowTargets } from '../../../training/targets.ts';
import { softmaxLoss } from './softmaxLoss.ts';

const CLASSES = 10;
const labels = Int32Array.of(0, 9, 4);
const mixes = { labels: Int32Array.of(0, 2, 4), fractions: Float32Array.of(1, 0.25, 1) };
const classWeights = Array.from({ length: CLASSES }, (_, i) => 0.5 + i / 8);
const rows = [0, 1, 2];

/** Written anew: Σ over classes of target · (1−p)^γ · −log p, times weight over the weights' sum. */
function referenceLoss(logits: readonly number[], smoothing: number, gamma: number): number {
  let [sum, weightSum] = [0, 0];
  for (const row of rows) {
    const line = logits.slice(row * CLASSES, (row + 1) * CLASSES);
    const powers = line.map(Math.exp);
    const total = powers.reduce((a, b) => a + b, 0);
    const fraction = mixes.fractions[row] ?? 1;
    const [own = 0, other = 0] = [labels[row], mixes.labels[row]];
    const weight = fraction * (classWeights[own] ?? 0) + (1 - fraction) * (classWeights[other] ?? 0);
    weightSum += weight;
    powers.forEach((power, c) => {
      const p = power / total;
      const plain = (c === own ? fraction : 0) + (c === other ? 1 - fraction : 0);
      const target = plain * (1 - smoothing) + smoothing / CLASSES;
      sum -= weight * target * (1 - p) ** gamma * Math.log(p);
    });
  }
  return sum / weightSum;
}

function lossAndGradients(logits: readonly number[], labelSmoothing: number, focalGamma: number) {
  const gradients = new Float32Array(rows.length * CLASSES).fill(7);
  const { fractions, weights, weightSum } = toRowTargets({ labels, mixes }, classWeights);
  const totals = softmaxLoss(
    {
      ...{ fractions, weights, weightSum, labelSmoothing, focalGamma },
      ...{ logits: Float32Array.from(logits), classCount: CLASSES },
    },
    gradients,
  );
  const gradientOf = (row: number, c: number) => gradients[row * CLASSES + c] ?? Number.NaN;
  return { totals, gradients, gradientOf };
}

// Numbers that float32 holds exactly.
const logits = Array.from({ length: rows.length * CLASSES }, (_, i) => ((i * 37) % 23) / 8 - 1);

describe('softmax and loss', () => {
  it.each([
    { smoothing: 0, gamma: 0 },
    { smoothing: 0.2, gamma: 0 },
    { smoothing: 0, gamma: 2 },
    { smoothing: 0.2, gamma: 0.5 },
    { smoothing: 0.1, gamma: 5 },
  ])('has the gradient that differences of the loss give: %o', ({ smoothing, gamma }) => {
    const { totals, gradientOf } = lossAndGradients(logits, smoothing, gamma);
    for (const row of rows) {
      for (let c = 0; c < CLASSES; c++) {
        const lossAt = (by: number) =>
          referenceLoss(
            logits.map((logit, i) => (i === row * CLASSES + c ? logit + by : logit)),
            smoothing,
            gamma,
          );
        expect(gradientOf(row, c)).toBeCloseTo((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5, 6);
      }
    }
    // The curve shows plain cross-entropy, whatever trains.
    expect(totals.lossSum / totals.weightSum).toBeCloseTo(referenceLoss(logits, 0, 0), 6);
  });

  it('counts the class of the larger fraction as right', () => {
    const sureOf = (answers: readonly number[]) =>
      answers.flatMap((answer) => Array.from({ length: CLASSES }, (_, c) => (c === answer ? 5 : 0)));
    expect(lossAndGradients(sureOf([0, 2, 4]), 0, 0).totals.correct).toBe(3);
    expect(lossAndGradients(sureOf([0, 9, 4]), 0, 0).totals.correct).toBe(2);
  });

  it.each([0.5, 1, 2])('stays finite where a probability is 0 or 1, with γ = %d', (gamma) => {
    const saturated = logits.map((_, i) => (i % CLASSES === 0 ? 3e4 : -3e4));
    const { gradients, totals } = lossAndGradients(saturated, 0.1, gamma);
    expect([...gradients].every(Number.isFinite)).toBe(true);
    expect(totals.lossSum).toBeLessThan(totals.weightSum * 17);
  });
});
