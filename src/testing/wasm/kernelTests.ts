/** The tests of what the kernels compute, for every build of them. */
import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import type { Network } from '../../network/network.ts';
import { CONV_CASES } from './convCases.ts';
import { createInspectedNetwork, type InspectedNetwork } from './inspectedNetwork.ts';
import { JOIN_CASES } from './joinCases.ts';
import { deviation, measureRanges, randomInput, type TestCase, withRandomWeights } from './madeUpNetworks.ts';
import { MAP_CASES } from './mapCases.ts';
import { randomNetwork } from './randomNetworks.ts';
import { roundDown, simulate, type ToCodes } from './simulation.ts';

/** Rounding of float32, as a fraction of the largest value. */
const FLOAT_TOLERANCE = 1e-5;
/** So close to a half, float32 may round to the other side. */
const NEAR_HALF = 1e-3;
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const CASES: readonly (readonly [string, TestCase])[] = [
  ...CONV_CASES,
  ...Object.entries({ ...MAP_CASES, ...JOIN_CASES }),
];

/** Holds the codes that the engine read to the exact values, and goes on with them. */
function codesOf(runnable: InspectedNetwork, wrong: string[]): ToCodes {
  return ({ name }, exact) => {
    const codes = runnable.codesReadBy(name) ?? new Uint8Array();
    if (codes.length !== exact.length) wrong.push(`${name} read ${codes.length} codes`);
    codes.forEach((code, i) => {
      const value = exact[i] ?? Number.NaN;
      const distance = Math.abs(code - roundDown(value));
      const isNearHalf = Math.abs(value - Math.round(value)) < NEAR_HALF;
      if (!(distance === 0 || (distance === 1 && isNearHalf)))
        wrong.push(`${name} read ${code} for ${value} at ${i}`);
    });
    return codes;
  };
}

/** Runs twice, so that the first picture would show in the second one's result. */
function runAfterAnother(runnable: InspectedNetwork, network: Network, input: Float32Array): Float32Array {
  runnable.run(randomInput(network, 1));
  return runnable.run(input);
}

async function checkFloat32(compiled: CompiledKernels, network: Network): Promise<void> {
  const runnable = await createInspectedNetwork(compiled, network, {}, 'float32');
  const input = randomInput(network, 2);
  const actual = runAfterAnother(runnable, network, input);
  expect(deviation(actual, simulate(network, input, {}))).toBeLessThan(FLOAT_TOLERANCE);
  expect(runnable.dirtyBuffers()).toEqual([]);
}

async function checkInt8(
  compiled: CompiledKernels,
  network: Network,
  kinds: TestCase['ranges'],
): Promise<void> {
  const input = randomInput(network, 2);
  const ranges = measureRanges(network, input, kinds);
  const runnable = await createInspectedNetwork(compiled, network, ranges, 'int8');
  const actual = runAfterAnother(runnable, network, input);
  const wrong: string[] = [];
  const expected = simulate(network, input, ranges, codesOf(runnable, wrong));
  expect(wrong).toEqual([]);
  expect(deviation(actual, expected)).toBeLessThan(FLOAT_TOLERANCE);
  expect(runnable.highestCode()).toBeLessThanOrEqual(127);
  expect(runnable.dirtyBuffers()).toEqual([]);
}

/** @param compiled the build, once it is there */
export function describeKernels(compiled: () => CompiledKernels): void {
  describe('float32 agrees with plain loops in double precision', () => {
    it.each(CASES)('%s', async (_, { nodes }) => {
      await checkFloat32(compiled(), withRandomWeights(nodes, 3));
    });
    it.each(SEEDS)('random network %i', async (seed) => {
      await checkFloat32(compiled(), randomNetwork(seed).network);
    });
  });

  describe('int8 is the integer arithmetic to the last bit', () => {
    it.each(CASES)('%s', async (_, { nodes, ranges }) => {
      await checkInt8(compiled(), withRandomWeights(nodes, 3), ranges);
    });
    it.each(SEEDS)('random network %i', async (seed) => {
      const { network, ranges } = randomNetwork(seed);
      await checkInt8(compiled(), network, ranges);
    });
  });
}
