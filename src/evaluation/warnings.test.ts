import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../domain/curve.ts';
import { accuracyMargin, findOverfitting, isValidationSmall, smallClasses } from './warnings.ts';

interface Losses {
  readonly training: readonly number[];
  readonly validation: readonly (number | null)[];
}

function curveOf(
  { training, validation }: Losses,
  firstEpoch = 1,
  phase?: EpochMetrics['phase'],
): readonly EpochMetrics[] {
  return training.map((loss, index) => ({
    ...{ epoch: firstEpoch + index, loss, accuracy: 0.5, elapsedMs: index, phase },
    ...{ validationLoss: validation[index] ?? null, validationAccuracy: null },
  }));
}

const series = (count: number, valueAt: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => valueAt(index));
const falling = (count: number) => series(count, (index) => 1 / (index + 1));
/** Falls to 0.5 at `turn` and rises by a tenth of that in every epoch after it. */
const turning = (count: number, turn: number) =>
  series(count, (index) => 0.5 + Math.abs(index - turn) * 0.05);

describe('overfitting', () => {
  it('begins where the validation loss turns while the training loss falls on', () => {
    expect(findOverfitting(curveOf({ training: falling(12), validation: turning(12, 5) }))).toEqual({
      startEpoch: 6,
      endEpoch: 12,
    });
  });

  it('is found at the turn in a long run too, through noise', () => {
    const validation = turning(100, 40).map((loss, index) => loss + (index % 2 === 0 ? 0.04 : -0.04));
    const found = findOverfitting(curveOf({ training: falling(100), validation }));
    expect(found?.endEpoch).toBe(100);
    expect(Math.abs((found?.startEpoch ?? 0) - 41)).toBeLessThanOrEqual(2);
  });

  it.each<[string, Losses]>([
    ['a run that gets better', { training: falling(20), validation: falling(20) }],
    [
      'noise about a level',
      { training: falling(20), validation: series(20, (index) => 0.5 + (index % 2) * 0.01) },
    ],
    ['a single bad epoch', { training: falling(8), validation: [1, 0.8, 0.7, 0.6, 0.55, 0.5, 0.5, 0.6] }],
    [
      'a rise that has passed',
      {
        training: falling(14),
        validation: [1, 0.7, 0.5, 0.5, 0.5, 0.6, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5, 0.49, 0.49],
      },
    ],
    ['a training that diverges as well', { training: turning(12, 5), validation: turning(12, 5) }],
    ['no validation pictures', { training: falling(12), validation: [] }],
    ['too few epochs to tell', { training: falling(5), validation: turning(5, 1) }],
    ['nothing yet', { training: [], validation: [] }],
  ])('is not %s', (_, losses) => {
    expect(findOverfitting(curveOf(losses))).toBeNull();
  });

  it('of the first phase is not hidden by the second, nor made by the jump between them', () => {
    const first = curveOf({ training: falling(12), validation: turning(12, 5) });
    const second = curveOf({ training: falling(8), validation: falling(8) }, 13, 'fineTune');
    expect(findOverfitting([...first, ...second])).toEqual({ startEpoch: 6, endEpoch: 12 });
    const calm = curveOf({ training: falling(8), validation: series(8, () => 0.3) });
    const higher = curveOf(
      { training: series(8, () => 0.1), validation: series(8, () => 0.9) },
      9,
      'fineTune',
    );
    expect(findOverfitting([...calm, ...higher])).toBeNull();
  });

  it('of the second phase comes first', () => {
    const first = curveOf({ training: falling(12), validation: turning(12, 5) });
    const second = curveOf({ training: falling(10), validation: turning(10, 3) }, 13, 'fineTune');
    expect(findOverfitting([...first, ...second])).toEqual({ startEpoch: 16, endEpoch: 22 });
  });
});

it('a class is small below ten pictures to learn from; an empty one takes no part', () => {
  const counts = [0, 1, 9, 10].map((train) => ({ train }));
  expect(smallClasses(counts)).toEqual([{ train: 1 }, { train: 9 }]);
});

describe('the margin of an accuracy', () => {
  it('is that of the Wilson interval, to the farther side', () => {
    // 15 right of 20, by hand: 0.5313–0.8881.
    expect(accuracyMargin(20, 0.75)).toBeCloseTo(0.75 - 0.5313, 3);
    expect(accuracyMargin(0)).toBe(1);
  });

  it('is over ten points below about a hundred pictures, fewer where nearly all are right', () => {
    expect([50, 92, 93, 100].map((count) => isValidationSmall(count))).toEqual([true, true, false, false]);
    expect([20, 50].map((count) => isValidationSmall(count, 0.98))).toEqual([true, false]);
  });
});
