/** Small heads for the tests of training, and their loss computed apart from it. */
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { createRandom } from '../../shared/random.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../shared/training.ts';
import type { FeatureTable, HeadState } from './headTrainer.ts';

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
export function createStart({ features, classes }: Shape, settings: TrainSettings): HeadState {
  const random = createRandom(9);
  const head = createHead(buildHeadNodes(settings, features, classes), () => random.next());
  for (const [key, { values }] of Object.entries(head.weights)) {
    if (key.endsWith('/bias')) values.set(values.map(() => random.next() - 0.3));
  }
  return { head, optimizerState: {}, optimizerSteps: 0 };
}

/** Another weight for each class. */
export const toClassWeights = (classes: number) => Array.from({ length: classes }, (_, i) => 0.5 + i / 3);

/** Mean weighted loss of rows of a table, against smoothed labels, in double precision. */
export function lossOf(
  head: Network,
  table: FeatureTable,
  rows: Int32Array,
  classWeights: readonly number[],
  labelSmoothing = 0,
): number {
  const { featureCount, values, labels } = table;
  let [sum, weightSum] = [0, 0];
  for (const row of rows) {
    const example = Float64Array.from(values.subarray(row * featureCount, (row + 1) * featureCount));
    const output = runReference(head, { shape: [featureCount], values: example }).values;
    const label = labels[row] ?? 0;
    const weight = classWeights[label] ?? 1;
    const even = output.reduce((total, p) => total + Math.log(p), 0) / output.length;
    sum -= ((1 - labelSmoothing) * Math.log(output[label] ?? 0) + labelSmoothing * even) * weight;
    weightSum += weight;
  }
  return sum / weightSum;
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
