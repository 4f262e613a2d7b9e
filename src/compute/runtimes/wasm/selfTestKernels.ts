/** The self-test and the timing of our own kernels. */

import type { Arithmetic } from '../../../domain/backends.ts';
import { type Network, weightReaderOf } from '../../../network/network.ts';
import type { ActivationRanges } from '../../../network/quantise.ts';
import { runReference } from '../../../network/reference.ts';
import {
  createPiece,
  createTestExample,
  createTestNetwork,
  maxDeviation,
  PIECE_FRACTION_OF_RESNET50,
  PIECE_RANGES,
  PIECE_SHAPE,
} from '../probeNetworks.ts';
import type { CompiledKernels } from './builds.ts';
import type { CompiledNetwork } from './inference/compiledNetwork.ts';
import { openPackedNetwork, packNetwork } from './inference/packedNetwork.ts';
import type { ConvAlgorithm } from './inference/winograd.ts';

const RUNS = 16;

function open(
  kernels: CompiledKernels,
  network: Network,
  arithmetic: Arithmetic,
  ranges: ActivationRanges,
  chooseAlgorithm?: () => ConvAlgorithm,
): Promise<CompiledNetwork> {
  const source = { nodes: network.nodes, weightOf: weightReaderOf(network), ranges };
  return openPackedNetwork(packNetwork(kernels, source, arithmetic, chooseAlgorithm));
}

/** The highest input of each ReLU for the test's example. */
function measuredRanges(network: Network): ActivationRanges {
  const ranges: Record<string, readonly number[]> = {};
  runReference(network, createTestExample(), ({ op, name }, [input]) => {
    if (op === 'relu') ranges[name] = [Math.max(...(input?.values ?? []))];
  });
  return ranges;
}

/** Largest absolute deviation from plain loops; in 8 bits as a fraction of the largest output. */
export async function runKernelSelfTest(kernels: CompiledKernels, arithmetic: Arithmetic): Promise<number> {
  const network = createTestNetwork();
  // By its size the test's 3×3 convolution would be done directly, as the others are, and a kernel be left untested.
  const runnable = await open(kernels, network, arithmetic, measuredRanges(network), () => 'winograd');
  const output = runnable.run(Float32Array.from(createTestExample().values));
  const deviation = maxDeviation(network, output);
  return arithmetic === 'float32' ? deviation : deviation / Math.max(...output.map(Math.abs));
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
