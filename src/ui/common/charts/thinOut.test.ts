import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../../domain/curve.ts';
import { thinOut } from './thinOut.ts';

const curveOf = (length: number): EpochMetrics[] =>
  Array.from({ length }, (_, index) => ({
    epoch: index + 1,
    loss: 1,
    accuracy: 0,
    validationLoss: null,
    validationAccuracy: null,
    elapsedMs: 0,
  }));
const epochs = (curve: readonly EpochMetrics[]) => curve.map(({ epoch }) => epoch);

describe('thinOut', () => {
  it('leaves a short curve as it is', () => {
    const curve = curveOf(200);
    expect(thinOut(curve, 3, 200)).toBe(curve);
    expect(thinOut([], null, 200)).toEqual([]);
  });

  it('keeps the first, the last and the best of a long one', () => {
    expect(epochs(thinOut(curveOf(10), 6, 3))).toEqual([1, 5, 6, 9, 10]);
    expect(epochs(thinOut(curveOf(1000), 500, 200)).length).toBeLessThanOrEqual(202);
  });
});
