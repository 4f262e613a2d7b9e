/** The tests of Winograd's convolution, for every build of the kernels. */

import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import {
  type CompiledNetwork,
  createCompiledNetwork,
} from '../../compute/runtimes/wasm/inference/compiledNetwork.ts';
import { instantiateInferenceKernels } from '../../compute/runtimes/wasm/inference/inferenceKernels.ts';
import { layOutNetwork } from '../../compute/runtimes/wasm/inference/layOut.ts';
import type { ConvAlgorithm } from '../../compute/runtimes/wasm/inference/winograd.ts';
import { createGrowingMemory } from '../../compute/runtimes/wasm/memory.ts';
import type { Arithmetic } from '../../domain/backends.ts';
import type { Network, NetworkNode, Padding, Size2 } from '../../network/network.ts';
import { add, conv, padAll, relu } from '../../network/nodeBuilders.ts';
import { runReference } from '../../network/reference.ts';
import { sourceOf } from './inspectedNetwork.ts';
import {
  addAll,
  concat,
  deviation,
  inputOf,
  measureRanges,
  randomInput,
  reluTo,
  withRandomWeights,
} from './madeUpNetworks.ts';
import { simulate } from './simulation.ts';

/** Rounding of float32, as a fraction of the largest value. */
const FLOAT_TOLERANCE = 1e-5;
/** A fraction of the largest value of one code, and a half for rounding. */
const CODE_TOLERANCE = 1.5 / 127;
/** Of the direct one's error: it adds up less, but transforms. About 0.7 here. */
const MOST_ERROR = 1.5;

type Compiled = () => CompiledKernels;

async function createWith(
  compiled: CompiledKernels,
  algorithm: ConvAlgorithm,
  network: Network,
  arithmetic: Arithmetic = 'float32',
  ranges = {},
): Promise<{ runnable: CompiledNetwork; winogradSteps: number }> {
  const memory = createGrowingMemory(compiled);
  const layout = layOutNetwork(memory, sourceOf(network, ranges), arithmetic, () => algorithm);
  const runnable = createCompiledNetwork(await instantiateInferenceKernels(compiled, memory), memory, layout);
  return { runnable, winogradSteps: layout.steps.filter(({ kernel }) => kernel === 'winograd32').length };
}

/** The second of two runs, in which the first picture would show. */
function runAfterAnother(runnable: CompiledNetwork, network: Network, input: Float32Array): Float32Array {
  runnable.run(randomInput(network, 1));
  return runnable.run(input);
}

function exactly(network: Network, input: Float32Array): Float64Array {
  const shape = network.nodes[0]?.op === 'input' ? network.nodes[0].shape : [];
  return runReference(network, { shape, values: Float64Array.from(input) }).values;
}

const conv3 = (name: string, input: string, filters: number, padding: Padding = padAll(1)) =>
  conv(name, input, filters, 3, { padding });

interface Case {
  readonly size: Size2;
  readonly channels: number;
  readonly filters: number;
  readonly padding: Padding;
}

const PADDINGS: readonly Padding[] = [
  padAll(1),
  { top: 2, bottom: 0, left: 1, right: 3 },
  { top: 0, bottom: 2, left: 2, right: 0 },
  padAll(2),
];
const CHANNELS = [
  [1, 1],
  [3, 7],
  [5, 9],
  [8, 8],
  [17, 20],
  [33, 3],
] as const;
const SIZES: readonly Size2[] = [
  [1, 1],
  [2, 2],
  [3, 5],
  [7, 7],
  [14, 13],
];

/** Each size with each number of channels, and a map of more tiles than a chunk takes. */
const CASES: readonly Case[] = [
  ...SIZES.flatMap((size, row) =>
    CHANNELS.map(([channels, filters], column) => {
      const padding = PADDINGS[size[0] < 3 ? 3 : (row + column) % 4] ?? padAll(1);
      return { size, channels, filters, padding };
    }),
  ),
  { size: [15, 14], channels: 600, filters: 8, padding: padAll(1) },
  { size: [9, 12], channels: 1024, filters: 5, padding: padAll(0) },
];

/** What may stand around a convolution, and how many of a network's are Winograd's. */
const SURROUNDINGS: Readonly<Record<string, (one: Case) => readonly NetworkNode[]>> = {
  'from the picture itself': ({ filters, padding }) => [conv3('conv', 'in', filters, padding)],
  'with a ReLU, before one that reads a border': ({ filters, padding }) => [
    relu('first', 'in'),
    conv3('conv', 'first', filters, padding),
    relu('relu', 'conv'),
    conv3('reader', 'relu', 4),
  ],
  'over its residual': ({ filters, padding }) => [
    relu('first', 'in'),
    conv3('other', 'first', filters, padding),
    conv3('conv', 'first', filters, padding),
    add('sum', 'conv', 'other'),
    reluTo('relu', 'sum', 0.6),
  ],
  'with a residual that is kept': ({ filters, padding }) => [
    conv3('other', 'in', filters, padding),
    conv3('conv', 'in', filters, padding),
    addAll('sum', 'conv', 'other'),
    conv('reader', 'sum', 5, 1),
    concat('all', 'reader', 'other'),
  ],
};

/** @param compiled the build, once it is there */
export function describeWinograd(compiled: Compiled): void {
  describe("Winograd's convolution", () => {
    describe.each(Object.entries(SURROUNDINGS))('%s', (_, surround) => {
      it.each(CASES)('$size, $channels to $filters, padding $padding', async (one) => {
        const nodes = [inputOf(...one.size, one.channels), ...surround(one)];
        const network = withRandomWeights(nodes, 3);
        const { runnable, winogradSteps } = await createWith(compiled(), 'winograd', network);
        const input = randomInput(network, 2);
        const actual = runAfterAnother(runnable, network, input);
        expect(winogradSteps).toBe(
          nodes.filter((node) => node.op === 'conv2d' && node.kernelSize[0] === 3).length,
        );
        expect(deviation(actual, simulate(network, input, {}))).toBeLessThan(FLOAT_TOLERANCE);
      });
    });

    it('leaves alone what it cannot do', async () => {
      const network = withRandomWeights(
        [
          inputOf(5, 4, 6),
          conv('stride', 'in', 6, 3, { stride: 2, padding: padAll(1) }),
          conv3('line', 'stride', 6, { top: 0, bottom: 0, left: 1, right: 1 }),
          conv('groups', 'line', 6, 3, { padding: padAll(2), groups: 2 }),
          conv('wide', 'groups', 6, 2),
        ],
        3,
      );
      const { runnable, winogradSteps } = await createWith(compiled(), 'winograd', network);
      const input = randomInput(network, 2);
      expect(winogradSteps).toBe(0);
      expect(deviation(runnable.run(input), exactly(network, input))).toBeLessThan(FLOAT_TOLERANCE);
    });

    it.each(['channel', 'map'] as const)('gives codes by %s to one in 8 bits', async (kind) => {
      const network = withRandomWeights(
        [inputOf(7, 5, 9), conv3('conv', 'in', 12), relu('relu', 'conv'), conv('reader', 'relu', 6, 1)],
        3,
      );
      const input = randomInput(network, 2);
      const ranges = measureRanges(network, input, { relu: kind });
      const { runnable, winogradSteps } = await createWith(compiled(), 'winograd', network, 'int8', ranges);
      expect(winogradSteps).toBe(1);
      const actual = runAfterAnother(runnable, network, input);
      expect(deviation(actual, simulate(network, input, ranges))).toBeLessThan(CODE_TOLERANCE);
    });

    it('rounds no worse than the direct one', async () => {
      const network = withRandomWeights(
        [inputOf(14, 14, 64), relu('relu', 'in'), conv3('conv', 'relu', 64)],
        5,
      );
      const input = randomInput(network, 6);
      const exact = exactly(network, input);
      const errorOf = async (algorithm: ConvAlgorithm) => {
        const { runnable } = await createWith(compiled(), algorithm, network);
        const squares = runnable.run(input).map((value, i) => (value - (exact[i] ?? Number.NaN)) ** 2);
        return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
      };
      const [direct, winograd] = [await errorOf('direct'), await errorOf('winograd')];
      expect(direct).toBeGreaterThan(0);
      expect(winograd / direct).toBeLessThan(MOST_ERROR);
    });
  });
}
