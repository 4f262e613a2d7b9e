import { describe, expect, it } from 'vitest';
import { mostConfused, toConfusion, toFractions } from './confusion.ts';

describe('toConfusion', () => {
  it('counts true classes in rows and predicted ones in columns', () => {
    expect(toConfusion([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 0, 2], 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [2, 0, 1],
    ]);
  });

  it('refuses an index that is no class, and lists of two lengths', () => {
    expect(() => toConfusion([0, 3], [0, 0], 3)).toThrow(RangeError);
    expect(() => toConfusion([0], [-1], 3)).toThrow(RangeError);
    expect(() => toConfusion([0, 1], [0], 3)).toThrow(RangeError);
  });
});

describe('toFractions', () => {
  it('divides each row by its sum and leaves an empty row at 0', () => {
    expect(
      toFractions([
        [3, 1],
        [0, 0],
      ]),
    ).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]);
  });
});

describe('mostConfused', () => {
  const confusion = [
    [8, 2, 0],
    [2, 1, 1],
    [5, 0, 5],
  ];

  it('lists mistakes by count, then by fraction of the true class', () => {
    expect(mostConfused({ confusion })).toEqual([
      { trueIndex: 2, predictedIndex: 0, count: 5, fraction: 0.5 },
      { trueIndex: 1, predictedIndex: 0, count: 2, fraction: 0.5 },
      { trueIndex: 0, predictedIndex: 1, count: 2, fraction: 0.2 },
      { trueIndex: 1, predictedIndex: 2, count: 1, fraction: 0.25 },
    ]);
  });

  it('keeps to the limit, and is empty for a classifier without mistakes', () => {
    expect(mostConfused({ confusion }, 1)).toHaveLength(1);
    expect(
      mostConfused({
        confusion: [
          [4, 0],
          [0, 4],
        ],
      }),
    ).toEqual([]);
  });
});
