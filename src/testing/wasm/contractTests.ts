/** What every runtime computes, for every build of the kernels: the table of ops, and whole networks of each kind. */
import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import { openPackedNetwork, packNetwork } from '../../compute/runtimes/wasm/inference/packedNetwork.ts';
import type { Arithmetic } from '../../domain/backends.ts';
import { foldBatchNorm } from '../../network/fold.ts';
import type { Network } from '../../network/network.ts';
import type { ActivationRanges } from '../../network/quantise.ts';
import { normRanges } from '../../network/ranges.ts';
import { type Plain, runReference } from '../../network/reference.ts';
import { OP_CASES, opExamples, withOpWeights } from '../network/opCases.ts';
import { SMALL_BACKBONES, wavyPicture } from '../network/smallBackbones.ts';
import { sourceOf } from './inspectedNetwork.ts';
import { deviation } from './madeUpNetworks.ts';

/** Fractions of the largest output: rounding of float32, and of 7-bit activations and 8-bit weights. */
const TOLERANCE: Readonly<Record<Arithmetic, number>> = { float32: 1e-5, int8: 0.04 };
/** Between the features in 8 bits and the exact ones. */
const LEAST_COSINE = 0.998;
/** A little above what is measured, as tools/calibrate.ts leaves it. */
const MARGIN = 1.25;
/** Of a map that is zero everywhere. */
const LEAST_RANGE = 1e-3;

type Compiled = () => CompiledKernels;

/** The largest output of every ReLU, but of those that have a range already. */
function measuredRanges(
  network: Network,
  examples: readonly Plain[],
  known: ActivationRanges,
): ActivationRanges {
  const largest: Record<string, number> = {};
  for (const example of examples) {
    runReference(network, example, (node, inputs) => {
      if (node.op !== 'relu' || node.name in known) return;
      const most = inputs[0]?.values.reduce((a, b) => Math.max(a, b), LEAST_RANGE) ?? LEAST_RANGE;
      largest[node.name] = Math.max(largest[node.name] ?? 0, Math.min(most, node.maxValue ?? most));
    });
  }
  const measured = Object.entries(largest).map(([name, most]) => [name, [most * MARGIN]]);
  return { ...known, ...Object.fromEntries(measured) };
}

async function runAll(
  compiled: CompiledKernels,
  network: Network,
  ranges: ActivationRanges,
  arithmetic: Arithmetic,
  examples: readonly Plain[],
): Promise<readonly Float32Array[]> {
  const runnable = await openPackedNetwork(packNetwork(compiled, sourceOf(network, ranges), arithmetic));
  return examples.map(({ values }) => runnable.run(Float32Array.from(values)));
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** @param compiled the build, once it is there */
export function describeContract(compiled: Compiled): void {
  describe.each<Arithmetic>(['float32', 'int8'])('the ops of every runtime, in %s', (arithmetic) => {
    it.each(Object.entries(OP_CASES))('%s', async (_, nodes) => {
      const network = withOpWeights(nodes);
      const examples = opExamples();
      const ranges = measuredRanges(network, examples, {});
      const outputs = await runAll(compiled(), network, ranges, arithmetic, examples);
      examples.forEach((example, i) => {
        const expected = runReference(network, example).values;
        expect(deviation(outputs[i] ?? [], expected)).toBeLessThan(TOLERANCE[arithmetic]);
      });
    });
  });

  describe.each(Object.entries(SMALL_BACKBONES))('a network like %s', (_, build) => {
    const network = build();
    const folded = foldBatchNorm(network);
    const pictures = [1, 2, 3].map(wavyPicture);
    const expected = pictures.map((picture) => runReference(network, picture).values);

    it('gives the features of plain loops in float32', async () => {
      const outputs = await runAll(compiled(), folded, {}, 'float32', pictures);
      outputs.forEach((features, i) => {
        expect(deviation(features, expected[i] ?? [])).toBeLessThan(TOLERANCE.float32);
      });
    });

    it('gives nearly the same in int8, by ranges from its weights where they tell them', async () => {
      const ranges = measuredRanges(folded, pictures, normRanges(network));
      const outputs = await runAll(compiled(), folded, ranges, 'int8', pictures);
      outputs.forEach((features, i) => {
        expect(cosine(features, expected[i] ?? [])).toBeGreaterThan(LEAST_COSINE);
      });
    });
  });
}
