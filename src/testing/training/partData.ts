/** Maps for small fine-tuned parts to learn from, and the loss of a part on them, computed apart from its training. */
import type { ActivationSource, RowMixes } from '../../compute/training/activationSource.ts';
import type { Network } from '../../network/network.ts';
import { runReference } from '../../network/reference.ts';
import { sizeOf } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';
import { CLASSES, PART_SHAPE } from './fineTunedParts.ts';

/** Maps that differ by class, but not by so much that nothing is left to learn. */
export interface PartData {
  readonly values: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array;
}

const WIDTH = sizeOf(PART_SHAPE);

export function createMaps(count: number): PartData {
  const random = createRandom(6);
  const labels = Int32Array.from({ length: count }, (_, row) => row % CLASSES);
  const values = new Float32Array(count * WIDTH);
  values.forEach((_, i) => {
    const isOwn = i % PART_SHAPE[2] === (labels[Math.floor(i / WIDTH)] ?? 0);
    values[i] = random.next() * 2 - 1 + (isOwn ? 0.8 : 0);
  });
  return { values, labels };
}

/** @param mixes one entry for each row of the data, whatever it shows */
export function createSource({ values }: PartData, mixes?: RowMixes): ActivationSource {
  const plain = async (rows: Int32Array) => {
    const taken = new Float32Array(rows.length * WIDTH);
    rows.forEach((row, i) => {
      taken.set(values.subarray(row * WIDTH, (row + 1) * WIDTH), i * WIDTH);
    });
    return taken;
  };
  const mixesOf = (rows: Int32Array): RowMixes | undefined =>
    mixes && {
      labels: rows.map((row) => mixes.labels[row] ?? 0),
      fractions: Float32Array.from(rows, (row) => mixes.fractions[row] ?? 1),
    };
  return { plain, training: async (rows) => ({ values: await plain(rows), mixes: mixesOf(rows) }) };
}

export interface LossCase {
  readonly data: PartData;
  readonly rows: Int32Array;
  readonly classWeights: readonly number[];
  readonly mixes?: RowMixes | undefined;
  readonly labelSmoothing?: number;
  readonly focalGamma?: number;
}

/** Probabilities of one row, in double precision. */
export function answerOf(network: Network, data: PartData, row: number): Float64Array {
  const values = Float64Array.from(data.values.subarray(row * WIDTH, (row + 1) * WIDTH));
  return runReference(network, { shape: PART_SHAPE, values }).values;
}

/** Mean weighted loss of the rows as it trains, in double precision. */
export function partLossOf(network: Network, lossCase: LossCase): number {
  const { data, rows, classWeights, mixes, labelSmoothing = 0, focalGamma = 0 } = lossCase;
  let [sum, weightSum] = [0, 0];
  for (const row of rows) {
    const output = answerOf(network, data, row);
    const fraction = mixes?.fractions[row] ?? 1;
    const fractions = new Array<number>(CLASSES).fill(0);
    const put = (label: number, by: number) => {
      fractions[label] = (fractions[label] ?? 0) + by;
    };
    put(data.labels[row] ?? 0, fraction);
    put(mixes?.labels[row] ?? 0, 1 - fraction);
    const weight = fractions.reduce((total, s, label) => total + s * (classWeights[label] ?? 0), 0);
    weightSum += weight;
    output.forEach((p, label) => {
      const target = (1 - labelSmoothing) * (fractions[label] ?? 0) + labelSmoothing / CLASSES;
      sum -= weight * target * (1 - p) ** focalGamma * Math.log(p);
    });
  }
  return sum / weightSum;
}
