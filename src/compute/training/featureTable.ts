/** Features of many pictures: what lies before a head has run once. */
import { allocateFloats } from '../../shared/allocate.ts';
import type { ActivationSource } from './activationSource.ts';
import type { Labelled } from './targets.ts';

/** One row a picture; the mixes are of its rows. */
export interface FeatureTable extends Labelled {
  /** `[count, featureCount]`, row-major. */
  readonly values: Float32Array;
  readonly featureCount: number;
}

/** Its rows as a trainer takes them, the same in every epoch. */
export function tableSource({ values, featureCount, mixes }: FeatureTable): ActivationSource {
  const plain = async (rows: Int32Array) => {
    const taken = allocateFloats(rows.length * featureCount);
    rows.forEach((row, i) => {
      taken.set(values.subarray(row * featureCount, (row + 1) * featureCount), i * featureCount);
    });
    return taken;
  };
  const mixesOf = (rows: Int32Array) =>
    mixes && {
      labels: rows.map((row) => mixes.labels[row] as number),
      fractions: Float32Array.from(rows, (row) => mixes.fractions[row] as number),
    };
  return { plain, training: async (rows) => ({ values: await plain(rows), mixes: mixesOf(rows) }) };
}
