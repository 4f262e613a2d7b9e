/** A long curve drawn with as many points as can be told apart. */
import type { EpochMetrics } from '../../../domain/curve.ts';

/**
 * Every n-th epoch, with the first, the last and the best.
 * @param most points to keep, about
 */
export function thinOut(
  curve: readonly EpochMetrics[],
  bestEpoch: number | null,
  most: number,
): readonly EpochMetrics[] {
  const step = Math.ceil(curve.length / most);
  if (step <= 1) return curve;
  return curve.filter(
    ({ epoch }, index) => index % step === 0 || index === curve.length - 1 || epoch === bestEpoch,
  );
}
