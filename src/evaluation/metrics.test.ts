import { describe, expect, it } from 'vitest';
import { balancedClassWeights, macroAverages, toMetrics, wilsonInterval } from './metrics.ts';

describe('toMetrics', () => {
  // Confusion: [[1,1,0,0],[0,1,0,0],[2,0,1,0],[0,0,0,0]]; class 3 has no pictures and is never predicted.
  const metrics = toMetrics([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 0, 2], 4);

  it('gives precision, recall and F1 of each class', () => {
    expect(metrics.count).toBe(6);
    expect(metrics.accuracy).toBeCloseTo(0.5, 12);
    const [first, second, third, fourth] = metrics.perClass;
    expect(first).toEqual({ classIndex: 0, support: 2, precision: 1 / 3, recall: 1 / 2, f1: 2 / 5 });
    expect(second).toEqual({ classIndex: 1, support: 1, precision: 1 / 2, recall: 1, f1: 2 / 3 });
    expect(third).toEqual({ classIndex: 2, support: 3, precision: 1, recall: 1 / 3, f1: 1 / 2 });
    expect(fourth).toEqual({ classIndex: 3, support: 0, precision: null, recall: null, f1: null });
  });

  it('averages over the classes that have pictures', () => {
    const macro = macroAverages(metrics);
    expect(macro?.precision).toBeCloseTo((1 / 3 + 1 / 2 + 1) / 3, 12);
    expect(macro?.recall).toBeCloseTo((1 / 2 + 1 + 1 / 3) / 3, 12);
    expect(macro?.f1).toBeCloseTo((2 / 5 + 2 / 3 + 1 / 2) / 3, 12);
  });

  it('counts a class that is never predicted as precision 0 in the average', () => {
    const never = toMetrics([0, 1], [0, 0], 2);
    expect(never.perClass[1]).toEqual({ classIndex: 1, support: 1, precision: null, recall: 0, f1: 0 });
    expect(macroAverages(never)).toEqual({ precision: 0.25, recall: 0.5, f1: 1 / 3 });
  });

  it('of an empty set says that nothing is known', () => {
    const empty = toMetrics([], [], 2);
    expect(empty.accuracy).toBe(0);
    expect(empty.accuracyInterval).toEqual([0, 1]);
    expect(macroAverages(empty)).toBeNull();
  });

  it('takes typed arrays', () => {
    expect(toMetrics(Int32Array.of(1, 0), Uint16Array.of(1, 1), 2).accuracy).toBe(0.5);
  });
});

describe('wilsonInterval', () => {
  it.each([
    // The middle three: R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3.
    [8, 10, 0.4902, 0.9433],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [20, 20, 0.8389, 1],
  ])('of %i right of %i', (right, count, low, high) => {
    const interval = wilsonInterval(right, count);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });
});

describe('balancedClassWeights', () => {
  it('weighs total / (classes · count)', () => {
    expect(balancedClassWeights([10, 30, 20])).toEqual([2, 60 / 90, 1]);
  });

  it('gives an empty class no weight and does not count it', () => {
    expect(balancedClassWeights([5, 0, 15])).toEqual([2, 0, 20 / 30]);
  });

  it('has mean 1 over the pictures', () => {
    const counts = [3, 11, 7];
    const weights = balancedClassWeights(counts);
    const weighted = counts.reduce((sum, count, i) => sum + count * (weights[i] ?? 0), 0);
    expect(weighted).toBeCloseTo(21, 12);
  });
});
