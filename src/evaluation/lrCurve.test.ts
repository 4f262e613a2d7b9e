import { describe, expect, it } from 'vitest';
import {
  HIGHEST_RATE,
  hasDiverged,
  LOWEST_RATE,
  proposeRate,
  type RatePoint,
  risingRates,
  smoothLosses,
} from './lrCurve.ts';

/** Flat at 2, falls to 0.5 between 1e-4 and 1e-2, and rises steeply from there; with a little noise. */
function bowl(noise = 0): RatePoint[] {
  return risingRates(100).map((learningRate, step) => {
    const decade = Math.log10(learningRate);
    const fall = Math.min(Math.max((decade + 4) / 2, 0), 1) * 1.5;
    const rise = Math.max(decade + 2, 0) * 6;
    return { learningRate, loss: 2 - fall + rise + noise * Math.sin(step * 12.9898) };
  });
}

describe('reading a learning rate off a range test', () => {
  it('raises the rate by the same factor from step to step', () => {
    const rates = risingRates(100);
    expect(rates).toHaveLength(100);
    expect(rates[0]).toBe(LOWEST_RATE);
    expect(rates.at(-1)).toBeCloseTo(HIGHEST_RATE, 12);
    const factors = rates.slice(1).map((rate, i) => rate / (rates[i] ?? Number.NaN));
    expect(Math.max(...factors) / Math.min(...factors)).toBeCloseTo(1, 9);
    expect(risingRates(1)).toEqual([LOWEST_RATE]);
  });

  it('smooths without a pull towards zero at the start', () => {
    expect(smoothLosses([])).toEqual([]);
    for (const value of smoothLosses([2, 2, 2, 2])) expect(value).toBeCloseTo(2, 12);
    const [first, second] = smoothLosses([3, 1]);
    expect(first).toBeCloseTo(3, 12);
    expect(second).toBeCloseTo((0.9 * 3 + 1) / 1.9, 12);
  });

  it('knows a loss that got out of hand, and does not take the first batches for one', () => {
    expect(hasDiverged([])).toBe(false);
    expect(hasDiverged([1, Number.NaN])).toBe(true);
    expect(hasDiverged([0.1, 5])).toBe(false);
    const steady = new Array<number>(20).fill(1);
    expect(hasDiverged(steady)).toBe(false);
    expect(hasDiverged([...steady, 20])).toBe(false);
    expect(hasDiverged([...steady, 20, 30])).toBe(true);
  });

  it.each([0, 0.1, 0.3])('proposes a tenth of the rate with the lowest loss, with noise of %d', (noise) => {
    const rate = proposeRate(bowl(noise)) ?? 0;
    expect(rate).toBeGreaterThanOrEqual(5e-4);
    expect(rate).toBeLessThanOrEqual(3e-3);
    expect(rate).toBe(Number(rate.toPrecision(2)));
  });

  it('is not led astray by lucky batches before anything was learned, or by what is no number', () => {
    const expected = proposeRate(bowl());
    const lucky = bowl().map((point, step) => (step < 2 ? { ...point, loss: 0.01 } : point));
    expect(proposeRate(lucky)).not.toBeNull();
    expect(proposeRate(lucky)).toBeGreaterThan(1e-4);
    const broken = [...bowl().slice(0, 85), { learningRate: 0.5, loss: Number.NaN }];
    expect(proposeRate(broken)).toBe(expected);
  });

  it('proposes nothing where the loss did not fall', () => {
    expect(proposeRate([])).toBeNull();
    expect(proposeRate(bowl().slice(0, 8))).toBeNull();
    expect(proposeRate(bowl().map((point) => ({ ...point, loss: 2 })))).toBeNull();
    const rising = risingRates(100).map((learningRate) => ({ learningRate, loss: 2 + learningRate }));
    expect(proposeRate(rising)).toBeNull();
  });

  it('proposes a rate for a loss that falls to the very end', () => {
    const falling = risingRates(100).map((learningRate) => ({
      learningRate,
      loss: 2 - 0.2 * (Math.log10(learningRate) + 7),
    }));
    // Before its end: so little more is not worth a higher rate.
    expect(proposeRate(falling)).toBeCloseTo(0.027, 12);
  });

  it('goes by where the loss came down, not by how long it stayed there', () => {
    const learnedByHeart = risingRates(100).map((learningRate) => ({
      learningRate,
      loss: 2 - 2 * Math.min(Math.max((Math.log10(learningRate) + 4) / 2, 0), 1),
    }));
    const proposal = proposeRate(learnedByHeart) ?? Number.NaN;
    expect(proposal).toBeGreaterThan(5e-4);
    expect(proposal).toBeLessThan(5e-3);
  });
});
