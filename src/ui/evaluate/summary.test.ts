import { describe, expect, it } from 'vitest';
import {
  exactAccuracyInterval,
  guessingAccuracy,
  isNoticeablyOther,
  rightCount,
  shownClasses,
  splitTotals,
} from './summary.ts';

const confusion = [
  [5, 1, 0],
  [0, 2, 0],
  [0, 0, 2],
];

describe('the summary of a result', () => {
  it('compares with the most frequent class', () => {
    expect(guessingAccuracy({ confusion, count: 10 })).toBe(0.6);
    expect(guessingAccuracy({ confusion: [], count: 0 })).toBe(0);
  });
  it('counts right answers', () => expect(rightCount({ confusion })).toBe(9));
  it('shows all classes, or those with most mistakes in their order', () => {
    expect(shownClasses({ confusion }, 5)).toEqual({ indices: [0, 1, 2], hiddenCount: 0 });
    const mixed = [
      [2, 0, 0],
      [0, 1, 3],
      [0, 1, 1],
    ];
    expect(shownClasses({ confusion: mixed }, 2)).toEqual({ indices: [1, 2], hiddenCount: 1 });
  });
  it('notices an accuracy that differs by more than half a point', () => {
    expect(isNoticeablyOther({ accuracy: 0.8 }, { accuracy: 0.806 })).toBe(true);
    expect(isNoticeablyOther({ accuracy: 0.806 }, { accuracy: 0.8 })).toBe(true);
    expect(isNoticeablyOther({ accuracy: 0.8 }, { accuracy: 0.804 })).toBe(false);
  });
  it('adds up the splits', () => {
    const counts = [
      { className: 'a', train: 7, validation: 1, test: 2 },
      { className: 'b', train: 3, validation: 0, test: 1 },
    ];
    expect(splitTotals({ counts })).toEqual({ train: 10, validation: 1, test: 3 });
  });
});

describe('the accuracy in exact arithmetic', () => {
  it('lies around what was measured by as much as is known, and is a fraction', () => {
    expect(exactAccuracyInterval({ accuracy: 0.9 }, { difference: [-0.25, 0.05] })).toEqual([
      0.65, 0.9500000000000001,
    ]);
    expect(exactAccuracyInterval({ accuracy: 0.9 }, { difference: [-1, 1] })).toEqual([0, 1]);
  });
});
