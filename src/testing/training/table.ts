/** Small tables of features for the tests of training. */

import type { FeatureTable } from '../../compute/training/featureTable.ts';
import { createRandom } from '../../shared/random.ts';

/** Clouds of points, one a class in turns, that a head can tell apart, but not without learning. */
export function createClouds(count: number, featureCount: number, classCount: number): FeatureTable {
  const random = createRandom(5);
  const values = new Float32Array(count * featureCount);
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const label = row % classCount;
    labels[row] = label;
    for (let f = 0; f < featureCount; f++) {
      values[row * featureCount + f] = random.next() + (f % classCount === label ? 0.7 : 0);
    }
  }
  return { values, featureCount, labels };
}

/** The numbers from `from` up to, but not including, `to`. */
export function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}
