import { describe, expect, it } from 'vitest';
import { toRowTargets } from './targets.ts';

describe('targets of rows', () => {
  it('are one-hot, and weigh as their classes do', () => {
    const { fractions, weights, weightSum } = toRowTargets({ labels: Int32Array.of(2, 1) }, [1, 2, 4]);
    expect([...fractions]).toEqual([0, 0, 1, 0, 1, 0]);
    expect([...weights]).toEqual([4, 2]);
    expect(weightSum).toBe(6);
  });

  it('are shared where two pictures are mixed', () => {
    const labels = Int32Array.of(1, 0, 2);
    const mixes = { labels: Int32Array.of(0, 0, 2), fractions: Float32Array.of(0.75, 1, 0.25) };
    const { fractions, weights, weightSum } = toRowTargets({ labels, mixes }, [1, 2, 4]);
    // Two pictures of one class show that class alone.
    expect([...fractions]).toEqual([0.25, 0.75, 0, 1, 0, 0, 0, 0, 1]);
    expect([...weights]).toEqual([1.75, 1, 4]);
    expect(weightSum).toBe(6.75);
  });
});
