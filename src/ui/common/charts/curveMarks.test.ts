import { expect, it } from 'vitest';
import type { EpochMetrics } from '../../../domain/curve.ts';
import { isRateChanging, marksOf, ratesOf } from './curveMarks.ts';

const epoch = (number: number, more: Partial<EpochMetrics> = {}): EpochMetrics => ({
  ...{ epoch: number, loss: 1, accuracy: 0, validationLoss: null, validationAccuracy: null },
  ...{ elapsedMs: 1, ...more },
});

it('marks the first epoch of the second phase, with its words where there is room', () => {
  const head = [1, 2, 3].map((number) => epoch(number));
  const tail = (count: number) =>
    Array.from({ length: count }, (_, i) => epoch(4 + i, { phase: 'fineTune' as const }));
  expect(marksOf(head, null)).toMatchObject({ border: null, overfitting: null });
  expect(marksOf([...head, ...tail(2)], null)).toMatchObject({ border: 4, isBorderLeft: false });
  expect(marksOf([...head, ...tail(9)], null)).toMatchObject({ border: 4, isBorderLeft: true });
});

it('moves a mark to the epochs that are drawn', () => {
  const shown = [1, 4, 7, 10].map((number) => epoch(number));
  const overfitting = { startEpoch: 5, endEpoch: 9 };
  expect(marksOf(shown, overfitting).overfitting).toEqual({ startEpoch: 7, endEpoch: 7 });
  expect(marksOf(shown, { startEpoch: 5, endEpoch: 6 }).overfitting).toBeNull();
});

it('knows a rate that changed from one that did not, and from none', () => {
  expect(isRateChanging([epoch(1), epoch(2)])).toBe(false);
  expect(isRateChanging([0.1, 0.1].map((learningRate) => epoch(1, { learningRate })))).toBe(false);
  expect(isRateChanging([0.1, 0.05].map((learningRate) => epoch(1, { learningRate })))).toBe(true);
  expect(ratesOf([epoch(1), epoch(2, { learningRate: 0.1 })])).toEqual([0.1]);
});
