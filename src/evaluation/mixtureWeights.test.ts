import { describe, expect, it } from 'vitest';
import { fitMixture } from './mixtureWeights.ts';

const logLikelihood = (weights: readonly number[], probabilities: readonly Float32Array[]) =>
  Array.from(probabilities[0] ?? [], (_, n) =>
    Math.log(weights.reduce((sum, weight, k) => sum + weight * (probabilities[k]?.[n] ?? 0), 0)),
  ).reduce((sum, value) => sum + value, 0);

describe('weights of a mixture', () => {
  it('are those under which the true classes are most probable', () => {
    const probabilities = [Float32Array.of(0.9, 0.8, 0.1, 0.7), Float32Array.of(0.2, 0.3, 0.9, 0.4)];
    const weights = fitMixture(probabilities);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    const best = logLikelihood(weights, probabilities);
    for (let first = 0; first <= 1; first += 0.01)
      expect(logLikelihood([first, 1 - first], probabilities)).toBeLessThan(best + 1e-4);
  });

  it('leave nothing to a member that is always wrong', () => {
    const [good = 0, bad = 1] = fitMixture([Float32Array.of(0.9, 0.9), Float32Array.of(0.01, 0.01)]);
    expect([good > 0.99, bad < 0.01]).toEqual([true, true]);
  });

  it('are the same for all where nothing tells them apart', () => {
    expect(fitMixture([new Float32Array(), new Float32Array()])).toEqual([0.5, 0.5]);
    const [a = 0, b = 0] = fitMixture([Float32Array.of(0.5), Float32Array.of(0.5)]);
    expect(a).toBeCloseTo(b, 6);
  });
});
