import { describe, expect, it } from 'vitest';
import { drawOrder, judgeGrowth, measureGrowth, stratifiedSubset, toLearningPoint } from './learningCurve.ts';

/** 40 of class 0, 16 of class 1, 3 of class 2. */
const LABELS = Int32Array.from({ length: 59 }, (_, place) => (place < 40 ? 0 : place < 56 ? 1 : 2));
const countsOf = (places: Int32Array) =>
  [0, 1, 2].map((label) => places.filter((place) => LABELS[place] === label).length);
const right = (count: number, total: number) =>
  Uint8Array.from({ length: total }, (_, i) => (i < count ? 1 : 0));

describe('subsets of the training pictures', () => {
  it('take the same fraction of each class, and at least one', () => {
    const order = drawOrder(LABELS, 3, 1);
    expect(countsOf(stratifiedSubset(order, 0.5))).toEqual([20, 8, 2]);
    expect(countsOf(stratifiedSubset(order, 0.1))).toEqual([4, 2, 1]);
    expect(stratifiedSubset(order, 1)).toEqual(Int32Array.from(LABELS.keys()));
  });

  it('of one draw lie within one another, and of another draw are others', () => {
    const order = drawOrder(LABELS, 3, 1);
    const half = new Set(stratifiedSubset(order, 0.5));
    expect(stratifiedSubset(order, 0.25).every((place) => half.has(place))).toBe(true);
    expect(stratifiedSubset(drawOrder(LABELS, 3, 1), 0.5)).toEqual(Int32Array.from(half));
    expect(stratifiedSubset(drawOrder(LABELS, 3, 2), 0.5)).not.toEqual(Int32Array.from(half));
  });

  it('leave out a class that has none', () => {
    expect([...stratifiedSubset(drawOrder([0, 0, 2], 3, 1), 0.5)].length).toBe(2);
  });
});

describe('toLearningPoint', () => {
  it('is the mean of the draws, with the deviation between them', () => {
    const point = toLearningPoint(12, [right(4, 10), right(6, 10)]);
    expect(point).toEqual({
      ...{ trainCount: 12, draws: 2 },
      accuracy: expect.closeTo(0.5, 12),
      spread: expect.closeTo(Math.sqrt(0.02), 12),
    });
    expect(toLearningPoint(12, [right(4, 10)]).spread).toBeNull();
  });
});

describe('measureGrowth', () => {
  it('compares picture by picture', () => {
    // 100 pictures: 10 more are right after all of them, none fewer.
    const growth = measureGrowth(
      { trainCount: 50, draws: [right(70, 100), right(70, 100)] },
      { trainCount: 100, right: right(80, 100) },
    );
    expect(growth).toMatchObject({ fromCount: 50, toCount: 100, verdict: 'much' });
    expect(growth.gain).toBeCloseTo(0.1, 12);
    // (10 + 1)/102 − (10/102)², over 102: nothing between the draws.
    expect(growth.standardError).toBeCloseTo(Math.sqrt((11 / 102 - (10 / 102) ** 2) / 102), 12);
  });

  it('is less sure where the draws differ, and of few pictures', () => {
    const sure = measureGrowth(
      { trainCount: 50, draws: [right(70, 100), right(70, 100)] },
      { trainCount: 100, right: right(70, 100) },
    );
    const unsure = measureGrowth(
      { trainCount: 50, draws: [right(60, 100), right(80, 100)] },
      { trainCount: 100, right: right(70, 100) },
    );
    const few = measureGrowth(
      { trainCount: 5, draws: [right(7, 10)] },
      { trainCount: 10, right: right(7, 10) },
    );
    expect(unsure.standardError).toBeGreaterThan(2 * sure.standardError);
    expect(sure.verdict).toBe('hardly');
    expect(few.verdict).toBe('unclear');
  });

  it('expects no more than what is still wrong', () => {
    const growth = measureGrowth(
      { trainCount: 500, draws: [right(900, 1000)] },
      { trainCount: 1000, right: right(1000, 1000) },
    );
    expect(growth.gain).toBeCloseTo(0.1, 12);
    expect(growth.verdict).toBe('hardly');
  });
});

describe('judgeGrowth', () => {
  it.each([
    [0.04, 0.01, 'much'],
    [0.02, 0.015, 'much'],
    [0.02, 0.025, 'little'], // chance could have made it
    [0.012, 0.01, 'little'],
    [0.004, 0.01, 'hardly'],
    [-0.02, 0.01, 'hardly'],
    [0.05, 0.04, 'unclear'],
    [0.055, 0.04, 'much'],
    [0.0, 0.04, 'unclear'],
    [0.1, 0.04, 'much'],
  ] as const)('a gain of %f ± %f: %s', (gain, standardError, verdict) => {
    expect(judgeGrowth(gain, standardError)).toBe(verdict);
  });
});
