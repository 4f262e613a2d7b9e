/** The self-test and the timing of `selfTest.ts`, for our own kernels. */

import type { Arithmetic } from '../../../domain/backends.ts';
import { cutAfter } from '../../../network/cut.ts';
import type { Network } from '../../../network/network.ts';
import type { ActivationRanges } from '../../../network/quantise.ts';
import { runReference } from '../../../network/reference.ts';
import type { CompiledKernels } from '../wasm/builds.ts';
import type { CompiledNetwork } from '../wasm/inference/compiledNetwork.ts';
import { openPackedNetwork, packNetwork } from '../wasm/inference/packedNetwork.ts';
import type { ConvAlgorithm } from '../wasm/inference/winograd.ts';
import {
  createPiece,
  createTestExample,
  createTestNetwork,
  maxDeviation,
  PIECE_FRACTION_OF_RESNET50,
  PIECE_RANGES,
  PIECE_SHAPE,
} from './probeNetworks.ts';

const RUNS = 16;

function open(
  kernels: CompiledKernels,
  network: Network,
  arithmetic: Arithmetic,
  ranges: ActivationRanges,
  chooseAlgorithm?: () => ConvAlgorithm,
): Promise<CompiledNetwork> {
  const weightOf = (key: string) => {
    const weight = network.weights[key];
    if (!weight) throw new Error(`no weight ${key}`);
    return weight;
  };
  const source = { nodes: network.nodes, weightOf, ranges };
  return openPackedNetwork(packNetwork(kernels, source, arithmetic, chooseAlgorithm));
}

/** The highest value of each named node for the test's example. */
function measuredRanges(network: Network, names: readonly string[]): ActivationRanges {
  return Object.fromEntries(
    names.map((name) => [
      name,
      [Math.max(...runReference(cutAfter(network, name), createTestExample()).values)],
    ]),
  );
}

/** Largest absolute deviation from plain loops; in 8 bits as a fraction of the largest feature. */
export async function runKernelSelfTest(kernels: CompiledKernels, arithmetic: Arithmetic): Promise<number> {
  const network = cutAfter(createTestNetwork(), 'features');
  const ranges = measuredRanges(network, ['stem_relu', 'sum_relu']);
  // By its size the test's 3×3 convolution would be done directly, as the others are, and a kernel be left untested.
  const runnable = await open(kernels, network, arithmetic, ranges, () => 'winograd');
  const features = runnable.run(Float32Array.from(createTestExample().values));
  const deviation = maxDeviation(network, features);
  return arithmetic === 'float32' ? deviation : deviation / Math.max(...features.map(Math.abs));
}

/**
 * Estimated milliseconds of one ResNet50 picture in this worker, from the quickest of a few short runs: whatever else the
 * machine does can only slow one down, and must not decide between two arithmetics.
 */
export async function timeKernels(kernels: CompiledKernels, arithmetic: Arithmetic): Promise<number> {
  const runnable = await open(kernels, createPiece(), arithmetic, PIECE_RANGES);
  const input = new Float32Array(PIECE_SHAPE[0] * PIECE_SHAPE[1] * PIECE_SHAPE[2]).fill(1);
  const times: number[] = [];
  // The browser compiles in two steps, the quick one first: the earlier runs are left out.
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    runnable.run(input);
    times.push(performance.now() - startMs);
  }
  return Math.min(...times.slice(RUNS / 2)) / PIECE_FRACTION_OF_RESNET50;
}
