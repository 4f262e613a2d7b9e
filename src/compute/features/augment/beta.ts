/** The Beta distribution, from which MixUp and CutMix draw their fractions. */
import type { Random } from '../../../shared/random.ts';

/** Standard normal (Box and Muller 1958). */
function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/**
 * Natural logarithm of a number of the Gamma distribution of that shape and scale 1: small shapes give numbers too
 * small for a float. Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; shapes below 1 by
 * its section 6.
 */
function drawLogGamma(shape: number, random: Random): number {
  if (shape < 1) return drawLogGamma(shape + 1, random) + Math.log(1 - random.next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A number in [0, 1] of Beta(α, α): the fraction of one of two Gamma numbers in their sum. @param alpha above 0 */
export function drawBeta(alpha: number, random: Random): number {
  const first = drawLogGamma(alpha, random);
  const second = drawLogGamma(alpha, random);
  return 1 / (1 + Math.exp(second - first));
}
