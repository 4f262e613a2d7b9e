/** Small heads for the tests of training, and their loss computed apart from it. */

import type { FeatureTable } from '../../compute/training/featureTable.ts';
import type { LossSettings } from '../../compute/training/loss.ts';
import type { TrainerState } from '../../compute/training/trainer.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { createRandom } from '../../shared/random.ts';

/** Sizes of a head and of its batches. */
export interface Shape {
  readonly features: number;
  /** 0: a linear head. */
  readonly hidden: number;
  readonly classes: number;
  readonly batch: number;
}

const DEFAULTS: TrainSettings = { ...DEFAULT_TRAIN_SETTINGS, dropout: 0, l2: 0 };

/** No dropout and no penalty unless asked for. */
export function settingsFor({ hidden, batch }: Shape, more: Partial<TrainSettings> = {}): TrainSettings {
  const head = hidden > 0 ? 'mlp' : 'linear';
  return { ...DEFAULTS, head, hiddenUnits: hidden, batchSize: batch, ...more };
}

/** A head with biases other than zero, so that they are missed where they are left out. */
export function createStart({ features, classes }: Shape, settings: TrainSettings): TrainerState {
  const random = createRandom(9);
  const head = createHead(buildHeadNodes(settings, features, classes), () => random.next());
  for (const [key, { values }] of Object.entries(head.weights)) {
    if (key.endsWith('/bias')) values.set(values.map(() => random.next() - 0.3));
  }
  return { head, optimizerState: {}, optimizerSteps: 0 };
}

/** Another weight for each class. */
export const toClassWeights = (classes: number) => Array.from({ length: classes }, (_, i) => 0.5 + i / 3);

/** Mean weighted focal loss of rows of a table, against smoothed and mixed labels, in double precision. */
export function lossOf(
  head: Network,
  table: FeatureTable,
  rows: Int32Array,
  classWeights: readonly number[],
  { labelSmoothing, focalGamma }: LossSettings = { labelSmoothing: 0, focalGamma: 0 },
): number {
  const { featureCount, values, labels, mixes } = table;
  let [sum, weightSum] = [0, 0];
  for (const row of rows) {
    const example = Float64Array.from(values.subarray(row * featureCount, (row + 1) * featureCount));
    const output = runReference(head, { shape: [featureCount], values: example }).values;
    const fraction = mixes?.fractions[row] ?? 1;
    const [own = 0, other = own] = [labels[row], mixes?.labels[row]];
    const fractionOf = (c: number) => (c === own ? fraction : 0) + (c === other ? 1 - fraction : 0);
    const weight = fraction * (classWeights[own] ?? 1) + (1 - fraction) * (classWeights[other] ?? 1);
    output.forEach((p, c) => {
      const target = (1 - labelSmoothing) * fractionOf(c) + labelSmoothing / output.length;
      sum -= weight * target * (1 - p) ** focalGamma * Math.log(p);
    });
    weightSum += weight;
  }
  return sum / weightSum;
}

/** The table with every second row mixed with another class. */
export function withMixes(table: FeatureTable, classCount: number): FeatureTable {
  const labels = table.labels.map((label, row) => (row % 2 === 0 ? label : (label + 1 + row) % classCount));
  const fractions = Float32Array.from(labels, (_, row) => (row % 2 === 0 ? 1 : 0.1 + (row % 7) / 8));
  return { ...table, mixes: { labels, fractions } };
}

/** The head with one number changed. */
export function withMoved(head: Network, key: string, index: number, by: number): Network {
  const weight = head.weights[key];
  if (!weight) throw new Error(key);
  // The reference reads any array of numbers; these need not be rounded to float32.
  const values = Float64Array.from(weight.values);
  values[index] = (values[index] ?? 0) + by;
  const moved = { ...weight, values: values as unknown as Float32Array<ArrayBuffer> };
  return { ...head, weights: { ...head.weights, [key]: moved } };
}
