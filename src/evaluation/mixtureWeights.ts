/** How much each of several classifiers is to count, found on examples that none of them learned from. */

const ROUNDS = 200;
/** Below this nothing moves any more. */
const STILL = 1e-6;
/** No member is certain enough of a wrong answer to rule out all others. */
const LEAST = 1e-12;

/**
 * Weights that make the true classes most probable: `max Σ_n log Σ_k w_k p_k(n)`, by expectation and maximisation, which
 * never makes it worse and keeps them at 0 or above with sum 1. Source: Dempster, Laird & Rubin, "Maximum likelihood from
 * incomplete data via the EM algorithm", 1977, section 4.3 (mixtures with known components).
 * @param probabilities for each member, of each example's true class
 * @returns the same for all where there is no example
 */
export function fitMixture(probabilities: readonly Float32Array[]): readonly number[] {
  const members = probabilities.length;
  const count = probabilities[0]?.length ?? 0;
  let weights = new Array<number>(members).fill(1 / members);
  if (count === 0 || members === 1) return weights;
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Array<number>(members).fill(0);
    for (let example = 0; example < count; example++) {
      const parts = weights.map((weight, k) => weight * Math.max(LEAST, probabilities[k]?.[example] ?? 0));
      const sum = parts.reduce((all, part) => all + part, 0);
      parts.forEach((part, k) => {
        next[k] = (next[k] ?? 0) + part / sum / count;
      });
    }
    const moved = Math.max(...next.map((weight, k) => Math.abs(weight - (weights[k] ?? 0))));
    weights = next;
    if (moved < STILL) break;
  }
  return weights;
}
