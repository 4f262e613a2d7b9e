/** How good what trains is on rows whose classes are known. */

import type { Metrics } from '../../domain/metrics.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { SMALLEST_PROBABILITY } from './loss.ts';
import type { Trainer } from './trainer.ts';

/** Index of the likeliest class of each row; −1 where no probability is a number. @param probabilities `[rows, classCount]` */
export function toPredicted(probabilities: Float32Array, classCount: number): number[] {
  return Array.from({ length: probabilities.length / classCount }, (_, row) => {
    const line = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return line.reduce((best, value, index) => (value > (line[best] ?? -1) ? index : best), -1);
  });
}

function lossOf(probability: number): number {
  return -Math.log(Math.max(probability, SMALLEST_PROBABILITY));
}

/** Class of each of the rows. */
export function labelsOf(labels: Int32Array, rows: Int32Array): number[] {
  return Array.from(rows, (row) => labels[row] as number);
}

/** Told how many rows are done, and waited for. */
type OnMeasured = (count: number) => void | Promise<void>;

/** Rows between two words about how far it is. */
const ROWS_TOGETHER = 1024;

async function predictAll(
  trainer: Trainer,
  rows: Int32Array,
  classCount: number,
  onDone: OnMeasured,
): Promise<Float32Array<ArrayBuffer>> {
  const probabilities = allocateFloats(rows.length * classCount);
  for (let start = 0; start < rows.length; start += ROWS_TOGETHER) {
    const some = rows.subarray(start, start + ROWS_TOGETHER);
    probabilities.set(await trainer.predict(some), start * classCount);
    await onDone(start + some.length);
  }
  return probabilities;
}

/** Cross-entropy of each of the rows, in nats. */
export async function measureEachLoss(
  trainer: Trainer,
  labels: Int32Array,
  rows: Int32Array,
  classCount: number,
): Promise<Float64Array> {
  const probabilities = await trainer.predict(rows);
  return Float64Array.from(labelsOf(labels, rows), (label, i) =>
    lossOf(probabilities[i * classCount + label] ?? 0),
  );
}

/** Mean cross-entropy in nats and fraction right; null without rows. @param onDone as in `measureRows` */
export async function measureLoss(
  trainer: Trainer,
  labels: Int32Array,
  rows: Int32Array,
  classCount: number,
  onDone: OnMeasured = () => undefined,
): Promise<{ loss: number; accuracy: number } | null> {
  if (rows.length === 0) return null;
  const probabilities = await predictAll(trainer, rows, classCount, onDone);
  const classes = labelsOf(labels, rows);
  const predicted = toPredicted(probabilities, classCount);
  let loss = 0;
  let right = 0;
  classes.forEach((label, i) => {
    loss += lossOf(probabilities[i * classCount + label] ?? 0);
    if (predicted[i] === label) right += 1;
  });
  return { loss: loss / rows.length, accuracy: right / rows.length };
}

/**
 * Probabilities `[rows, classes]`, and what they are worth; `metrics` is null without rows.
 * @param onDone told now and then how many of the rows are done
 */
export async function measureRows(
  trainer: Trainer,
  labels: Int32Array,
  rows: Int32Array,
  classCount: number,
  onDone: OnMeasured = () => undefined,
): Promise<{ probabilities: Float32Array<ArrayBuffer>; metrics: Metrics | null }> {
  const probabilities = await predictAll(trainer, rows, classCount, onDone);
  if (rows.length === 0) return { probabilities, metrics: null };
  const predicted = toPredicted(probabilities, classCount);
  return { probabilities, metrics: toMetrics(labelsOf(labels, rows), predicted, classCount) };
}
