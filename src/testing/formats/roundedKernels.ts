/** What a file of less than float32 holds, worked out anew: what a program then gives differs by the way of computing alone. */
import type { Precision } from '../../domain/modelExport.ts';
import type { Network, Weight, Weights } from '../../network/network.ts';
import { decodeHalf, encodeHalf } from '../../shared/half.ts';

const ROUND: Readonly<Record<Precision, (kernel: Weight) => Float32Array<ArrayBuffer>>> = {
  float32: ({ values }) => values,
  float16: ({ values }) => decodeHalf(encodeHalf(values)),
  int8: toSteps,
};

/** The network with other numbers in its kernels. */
export function withKernels(
  network: Network,
  change: (kernel: Weight) => Float32Array<ArrayBuffer>,
): Network {
  const weights = Object.entries(network.weights).map(([key, weight]) => [
    key,
    key.endsWith('/kernel') ? { ...weight, values: change(weight) } : weight,
  ]);
  return { ...network, weights: Object.fromEntries(weights) as Weights };
}

/** The network with kernels as a file of that precision holds them. */
export function withRoundedKernels(network: Network, precision: Precision): Network {
  return withKernels(network, ROUND[precision]);
}

/** In steps of a 127th of the largest number of each filter. */
function toSteps({ shape, values }: Weight): Float32Array<ArrayBuffer> {
  const filters = shape.at(-1) ?? 1;
  const largest = new Float64Array(filters);
  for (const [at, value] of values.entries())
    largest[at % filters] = Math.max(largest[at % filters] ?? 0, Math.abs(value));
  return values.map((value, at) => {
    const step = (largest[at % filters] ?? 0) / 127;
    return step * Math.round(value / step);
  });
}
