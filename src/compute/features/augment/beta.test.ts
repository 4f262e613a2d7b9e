import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { drawBeta } from './beta.ts';

const COUNT = 20_000;

function draws(alpha: number, seed = 1): number[] {
  const random = createRandom(seed);
  return Array.from({ length: COUNT }, () => drawBeta(alpha, random));
}

describe('drawBeta', () => {
  // Beta(α, α) has the mean 1/2 and the variance 1 / (4 (2α + 1)).
  it.each([0.2, 0.4, 1, 3])('has the mean and variance of Beta(%f, %f)', (alpha) => {
    const values = draws(alpha);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
    expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 1);
  });

  it('is even for α = 1, and of the arcsine law for α = 1/2', () => {
    for (const fraction of [0.1, 0.25, 0.6, 0.9]) {
      const below = (values: number[]) => values.filter((value) => value < fraction).length / COUNT;
      expect(Math.abs(below(draws(1)) - fraction)).toBeLessThan(0.015);
      expect(Math.abs(below(draws(0.5)) - (2 / Math.PI) * Math.asin(Math.sqrt(fraction)))).toBeLessThan(
        0.015,
      );
    }
  });

  it('stays a number where both Gamma numbers are too small for a float', () => {
    expect(draws(1e-4).every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('comes again with the seed', () => {
    expect(draws(0.2, 5)).toEqual(draws(0.2, 5));
    expect(draws(0.2, 5)).not.toEqual(draws(0.2, 6));
  });
});
