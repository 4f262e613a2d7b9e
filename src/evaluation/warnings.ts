/** What a person should be told about a run before trusting it: learning by heart, classes and checks that are too small. */
import type { EpochMetrics } from '../domain/curve.ts';
import { wilsonInterval } from './metrics.ts';

/** Fewer pictures to learn from seldom show a class from enough sides. */
export const MIN_TRAIN_PICTURES = 10;
/** Wider than ten points to either side, an accuracy does not tell one run from another. */
export const WIDEST_MARGIN = 0.1;
/** A smoothed loss must have risen by this fraction: less is what chance does. */
const RISE_FRACTION = 0.05;
/** Epochs of rise before it is pointed out. */
const RISE_EPOCHS = 3;
/** Part of a run that is smoothed over, to each side; one epoch at least. */
const RADIUS_FRACTION = 0.05;

/** Epochs, both included, in which a network learned its pictures by heart. */
export interface Overfitting {
  readonly startEpoch: number;
  readonly endEpoch: number;
}

/**
 * Where the validation loss rises while the training loss falls: from the lowest smoothed validation loss to the end
 * of the phase, if it has risen by 5 % there and for three epochs at least, and the smoothed training loss is lower
 * than it was. Smoothed: the mean of three epochs, of a tenth of the phase in a long one (Prechelt, "Early Stopping -
 * But When?", 1998, on why single epochs tell nothing). Each phase on its own, since losses jump at the border.
 * @returns of the last phase in which it is so; null where it is in none
 */
export function findOverfitting(curve: readonly EpochMetrics[]): Overfitting | null {
  return (
    findInPhase(curve.filter(({ phase }) => phase === 'fineTune')) ??
    findInPhase(curve.filter(({ phase }) => phase !== 'fineTune'))
  );
}

function findInPhase(curve: readonly EpochMetrics[]): Overfitting | null {
  const radius = Math.max(1, Math.floor(curve.length * RADIUS_FRACTION));
  const validation = smooth(
    curve.flatMap(({ validationLoss }) => validationLoss ?? []),
    radius,
  );
  const training = smooth(
    curve.map(({ loss }) => loss),
    radius,
  );
  // Without validation pictures in every epoch there is nothing to compare.
  if (validation.length !== training.length) return null;
  const last = validation.length - 1;
  const lowest = validation.indexOf(Math.min(...validation));
  const [lowestLoss, lastLoss] = [validation[lowest], validation[last]];
  const [trainingThen, trainingNow] = [training[lowest], training[last]];
  if (lowestLoss === undefined || lastLoss === undefined) return null;
  if (trainingThen === undefined || trainingNow === undefined) return null;
  const isRising = last - lowest >= RISE_EPOCHS && lastLoss > lowestLoss * (1 + RISE_FRACTION);
  const [start, end] = [curve[lowest + radius], curve.at(-1)];
  if (!isRising || trainingNow >= trainingThen || !start || !end) return null;
  return { startEpoch: start.epoch, endEpoch: end.epoch };
}

/** Means over whole windows of `2 · radius + 1`; the first belongs to the value at `radius`. */
function smooth(values: readonly number[], radius: number): readonly number[] {
  const width = 2 * radius + 1;
  return Array.from({ length: Math.max(0, values.length - width + 1) }, (_, start) => {
    const window = values.slice(start, start + width);
    return window.reduce((sum, value) => sum + value, 0) / width;
  });
}

/** Classes that take part but have fewer than ten pictures to learn from. */
export function smallClasses<Counts extends { readonly train: number }>(
  counts: readonly Counts[],
): readonly Counts[] {
  return counts.filter(({ train }) => train > 0 && train < MIN_TRAIN_PICTURES);
}

/**
 * How far an accuracy that is measured on `count` pictures may be off, to the farther side: the 95 % interval of
 * `wilsonInterval`.
 * @param accuracy 0–1 as it was observed; before a run a half, of which one can be least sure
 * @returns 0–1; 1 where there are no pictures
 */
export function accuracyMargin(count: number, accuracy = 0.5): number {
  if (count === 0) return 1;
  const [low, high] = wilsonInterval(accuracy * count, count);
  return Math.max(accuracy - low, high - accuracy);
}

/** Whether so few pictures check a run that its accuracy may be off by more than ten points. */
export function isValidationSmall(count: number, accuracy?: number): boolean {
  return accuracyMargin(count, accuracy) > WIDEST_MARGIN;
}
