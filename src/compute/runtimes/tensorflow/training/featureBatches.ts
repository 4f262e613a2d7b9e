/** Feature rows as batches of one fixed shape: GPU buffers are pooled by size, so odd last batches would pile up. */
import * as tf from '@tensorflow/tfjs-core';
import { toRowTargets } from '../../../training/targets.ts';
import type { FeatureTable } from '../../../training/trainer.ts';
import type { Batch } from './denseStack.ts';

/** Columns `[features, batch]` of the given rows, filled up with zeros. */
export function toColumns(table: FeatureTable, rows: ArrayLike<number>, batchSize: number): tf.Tensor2D {
  const { values, featureCount } = table;
  const columns = new Float32Array(featureCount * batchSize);
  for (let b = 0; b < rows.length; b++) {
    const offset = (rows[b] as number) * featureCount;
    for (let f = 0; f < featureCount; f++) columns[f * batchSize + b] = values[offset + f] as number;
  }
  return tf.tensor2d(columns, [featureCount, batchSize]);
}

/**
 * A training batch of the given rows, filled up with rows of weight zero.
 * @param classWeights one number a class.
 */
export function toBatch(
  table: FeatureTable,
  rows: ArrayLike<number>,
  batchSize: number,
  classWeights: readonly number[],
): Batch & { readonly weightSum: number } {
  const { values, featureCount } = table;
  const features = new Float32Array(batchSize * featureCount);
  for (let b = 0; b < rows.length; b++) {
    const offset = (rows[b] as number) * featureCount;
    features.set(values.subarray(offset, offset + featureCount), b * featureCount);
  }
  const { fractions, weights, weightSum } = toRowTargets(table, rows, classWeights, batchSize);
  return {
    rows: tf.tensor2d(features, [batchSize, featureCount]),
    columns: toColumns(table, rows, batchSize),
    targets: tf.tensor2d(fractions, [batchSize, classWeights.length]),
    weights: tf.tensor2d(weights, [batchSize, 1]),
    weightSum,
  };
}
