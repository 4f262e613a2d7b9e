/** Turns the flicker of single webcam frames into steady bars and a steady frame rate: pure arithmetic, no camera. */
import type { LabelProbability } from '../../domain/classification.ts';

export interface LiveResult {
  /** Smoothed, highest first. */
  readonly top: readonly LabelProbability[];
  readonly framesPerSecond: number | null;
}

/** Weight of the newest frame; at ten frames a second an old answer fades within half a second. */
const NEWEST_WEIGHT = 0.35;
/** Below this a label that is no longer reported is dropped. */
const FORGET_BELOW = 0.005;

/**
 * Exponential moving average of each label's probability. A label missing from a frame's top list counts as 0.
 * @returns At most `topCount` labels, highest first.
 */
export function smoothTop(
  previous: readonly LabelProbability[],
  newest: readonly LabelProbability[],
  topCount: number,
): readonly LabelProbability[] {
  if (previous.length === 0) return newest.slice(0, topCount);
  const smoothed = new Map(
    previous.map(({ label, probability }) => [label, probability * (1 - NEWEST_WEIGHT)]),
  );
  for (const { label, probability } of newest) {
    smoothed.set(label, (smoothed.get(label) ?? 0) + probability * NEWEST_WEIGHT);
  }
  return [...smoothed]
    .map(([label, probability]) => ({ label, probability }))
    .filter(({ probability }) => probability >= FORGET_BELOW)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, topCount);
}

/** Frames a second over the last `windowMs`; null before the second frame. `timesMs` ascend. */
export function frameRate(timesMs: readonly number[], windowMs = 2000): number | null {
  const last = timesMs.at(-1);
  if (last === undefined) return null;
  const recent = timesMs.filter((time) => last - time <= windowMs);
  const first = recent[0];
  if (first === undefined || first === last) return null;
  return ((recent.length - 1) * 1000) / (last - first);
}
