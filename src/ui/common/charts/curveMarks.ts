/** Where a chart marks what happened in a run: the border of its phases, learning by heart, a rate that changed. */

import type { EpochMetrics } from '../../../domain/curve.ts';
import type { Overfitting } from '../../../evaluation/warnings.ts';

export interface CurveMarks {
  /** First epoch of the second phase; null without one. */
  readonly border: number | null;
  /** The border lies in the left half, so that its words go to its right. */
  readonly isBorderLeft: boolean;
  readonly overfitting: Overfitting | null;
}

/** @param shown the epochs that are drawn, not all of a long run: a mark stands at one of them or is not seen */
export function marksOf(shown: readonly EpochMetrics[], overfitting: Overfitting | null): CurveMarks {
  const borderIndex = shown.findIndex(({ phase }) => phase === 'fineTune');
  const within = overfitting
    ? shown.filter(({ epoch }) => epoch >= overfitting.startEpoch && epoch <= overfitting.endEpoch)
    : [];
  const [first, last] = [within[0], within.at(-1)];
  return {
    border: shown[borderIndex]?.epoch ?? null,
    isBorderLeft: borderIndex < shown.length / 2,
    overfitting: first && last ? { startEpoch: first.epoch, endEpoch: last.epoch } : null,
  };
}

/** Decimals that tell the smallest rates apart, a tenth of one that can be set included. */
export const RATE_DIGITS = 7;

/** Learning rates that are known; runs of earlier versions have none. */
export function ratesOf(curve: readonly EpochMetrics[]): readonly number[] {
  return curve.flatMap(({ learningRate }) => learningRate ?? []);
}

/** Whether the learning rate was not the same in every epoch. */
export function isRateChanging(curve: readonly EpochMetrics[]): boolean {
  return new Set(ratesOf(curve)).size > 1;
}
