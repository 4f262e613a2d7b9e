/** The tests at the ends of the number range, for every build of the kernels. */
import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import type { Network, NetworkNode, Weight } from '../../network/network.ts';
import { conv, relu } from '../../network/nodeBuilders.ts';
import { createRandom } from '../../shared/random.ts';
import { createInspectedNetwork } from './inspectedNetwork.ts';
import { inputOf } from './madeUpNetworks.ts';

/** With this range, and weights whose largest is this, integers stand for themselves. */
const LEVELS = 127;
/** As many products as the longest sum of ResNet50 has: 3×3 over 512 channels. */
const CHANNELS = 512;
const LONG = 9 * CHANNELS;

type Compiled = () => CompiledKernels;

const random = createRandom(5);
/** Weight of each filter at a place of the long sum. */
const FILTERS: readonly ((place: number) => number)[] = [
  () => LEVELS,
  () => -LEVELS,
  (place) => (place % 2 === 0 ? LEVELS : -LEVELS),
  (place) => (place % 4 < 2 ? LEVELS : -LEVELS), // sums of two and of four reach their ends within one instruction
  (place) => (place < LONG / 2 ? -LEVELS : LEVELS),
  (place) => (place === LONG - 1 ? LEVELS - 1 : LEVELS),
  (place) => (place === LONG - 1 ? LEVELS : 0),
  () => 0,
  (place) => (place === 0 ? LEVELS : Math.floor(random.next() * 255) - 127),
];
const LONG_KERNEL: Weight = {
  shape: [3, 3, CHANNELS, FILTERS.length],
  values: Float32Array.from({ length: LONG * FILTERS.length }, (_, i) => {
    const weightAt = FILTERS[i % FILTERS.length];
    return weightAt?.(Math.floor(i / FILTERS.length)) ?? Number.NaN;
  }),
};
const LONG_SUM: Network = {
  name: 'a long sum',
  nodes: [
    inputOf(3, 3, CHANNELS),
    relu('first', 'in'),
    conv('conv', 'first', FILTERS.length, 3, { useBias: false }),
  ],
  weights: { 'conv/kernel': LONG_KERNEL },
};

const ONE: Weight = { shape: [1, 1, 1, 1], values: Float32Array.of(1) };
const readOne = (input: string) => conv('reader', input, 1, 1, { useBias: false });

/** Two ways from a real number to a code: behind a convolution, and in a pass of its own. */
const ENCODERS: Readonly<Record<string, readonly NetworkNode[]>> = {
  'behind a convolution': [conv('conv', 'in', 1, 1, { useBias: false }), relu('relu', 'conv')],
  'on its own': [relu('relu', 'in')],
};

async function encode(
  compiled: CompiledKernels,
  encoder: readonly NetworkNode[],
  range: number,
  values: readonly number[],
): Promise<{ codes: number[]; highest: number }> {
  const network: Network = {
    name: 'encoder',
    nodes: [inputOf(1, values.length, 1), ...encoder, readOne('relu')],
    weights: { 'conv/kernel': ONE, 'reader/kernel': ONE },
  };
  const runnable = await createInspectedNetwork(compiled, network, { relu: [range] }, 'int8');
  runnable.run(Float32Array.from(values));
  return { codes: [...(runnable.codesReadBy('reader') ?? [])], highest: runnable.highestCode() };
}

/** @param compiled the build, once it is there */
export function describeLimits(compiled: Compiled): void {
  describe('at the ends of the range', () => {
    it.each([LEVELS, 1, 0])('sums 4608 products of ±127 and %i exactly', async (activation) => {
      const runnable = await createInspectedNetwork(compiled(), LONG_SUM, { first: [LEVELS] }, 'int8');
      const actual = runnable.run(new Float32Array(LONG).fill(activation));
      const sums = FILTERS.map((_, filter) => {
        let sum = 0;
        for (let i = filter; i < LONG_KERNEL.values.length; i += FILTERS.length)
          sum += activation * (LONG_KERNEL.values[i] ?? Number.NaN);
        return Math.fround(sum);
      });
      expect(sums[0]).toBe(LONG * LEVELS * activation);
      expect(actual).toEqual(Float32Array.from(sums));
    });

    describe.each(Object.entries(ENCODERS))('codes made %s', (_, encoder) => {
      it('are rounded half up', async () => {
        const values = [0, 0.4999, 0.5, 1.4999, 1.5, 2.5, 63.5, 125.4999, 126.4999, 126.5];
        const { codes } = await encode(compiled(), encoder, LEVELS, values);
        expect(codes).toEqual([0, 0, 1, 1, 2, 3, 64, 125, 126, 127]);
      });

      it('stop at 127 and at 0, however far the values go', async () => {
        const high = [1, 1.01, 1.5, 2, 100, 2 ** 24, 2 ** 31, 2 ** 32, 1e12, 3e38, Number.POSITIVE_INFINITY];
        const low = [-0, -1e-9, -0.01, -1, -(2 ** 31), -3e38, Number.NEGATIVE_INFINITY];
        const { codes, highest } = await encode(compiled(), encoder, 1, [...high, ...low]);
        expect(codes).toEqual([...high.map(() => 127), ...low.map(() => 0)]);
        expect(highest).toBe(127);
      });

      it('are 0 for what is not a number', async () => {
        const { codes } = await encode(compiled(), encoder, 1, [Number.NaN, 1]);
        expect(codes).toEqual([0, 127]);
      });
    });
  });
}
