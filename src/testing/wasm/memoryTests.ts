/** The tests of what compiled networks do to their memory, for every build of the kernels. */

import { describe, expect, it } from 'vitest';
import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import {
  type CompiledNetwork,
  createCompiledNetwork,
} from '../../compute/runtimes/wasm/inference/compiledNetwork.ts';
import { instantiateInferenceKernels } from '../../compute/runtimes/wasm/inference/inferenceKernels.ts';
import { layOutNetwork } from '../../compute/runtimes/wasm/inference/layOut.ts';
import { openPackedNetwork, packNetwork } from '../../compute/runtimes/wasm/inference/packedNetwork.ts';
import { createGrowingMemory } from '../../compute/runtimes/wasm/memory.ts';
import type { Arithmetic } from '../../domain/backends.ts';
import type { Network } from '../../network/network.ts';
import { add, conv, globalAvgPool, maxPool, padAll, relu } from '../../network/nodeBuilders.ts';
import type { ActivationRanges } from '../../network/quantise.ts';
import { sourceOf } from './inspectedNetwork.ts';
import { inputOf, measureRanges, randomInput, withRandomWeights } from './madeUpNetworks.ts';

type Compiled = () => CompiledKernels;

/** A residual block behind a stem, as in the networks that this is for. */
export function smallNetwork(sizePx: number, seed: number): Network {
  return withRandomWeights(
    [
      inputOf(sizePx, sizePx, 3),
      conv('stem', 'in', 12, 3, { stride: 2, padding: padAll(1) }),
      relu('reluStem', 'stem'),
      maxPool('pool', 'reluStem', 3, 2, padAll(1)),
      conv('a', 'pool', 8, 1),
      relu('reluA', 'a'),
      conv('b', 'reluA', 12, 3, { padding: padAll(1) }),
      add('sum', 'b', 'pool'),
      relu('reluSum', 'sum'),
      conv('c', 'reluSum', 20, 1),
      relu('reluC', 'c'),
      globalAvgPool('mean', 'reluC'),
    ],
    seed,
  );
}

export function smallRanges(network: Network): ActivationRanges {
  const kinds = { reluStem: 'channel', reluA: 'channel', reluSum: 'map', reluC: 'channel' } as const;
  return measureRanges(network, randomInput(network, 2), kinds);
}

const PAGES = 40;
const ARITHMETICS: readonly Arithmetic[] = ['float32', 'int8'];

/** @param compiled the build, once it is there */
export function describeMemory(compiled: Compiled): void {
  describe.each(ARITHMETICS)('the memory of a network in %s', (arithmetic) => {
    const network = smallNetwork(13, 1);
    const ranges = smallRanges(network);
    const inputs = [randomInput(network, 2), randomInput(network, 3)] as const;

    /** What a network alone in its memory gives. */
    async function alone(input: Float32Array, of = network, its = ranges): Promise<Float32Array> {
      const memory = createGrowingMemory(compiled());
      const layout = layOutNetwork(memory, sourceOf(of, its), arithmetic);
      return createCompiledNetwork(await instantiateInferenceKernels(compiled(), memory), memory, layout).run(
        input,
      );
    }

    it('grows for a second network over the same weights, and the first goes on', async () => {
      const memory = createGrowingMemory(compiled());
      const layout = layOutNetwork(memory, sourceOf(network, ranges), arithmetic);
      const create = async (): Promise<CompiledNetwork> =>
        createCompiledNetwork(await instantiateInferenceKernels(compiled(), memory), memory, layout);
      const first = await create();
      const before = first.run(inputs[0]);
      const sizeBytes = memory.buffer.byteLength;
      const second = await create();
      expect(memory.buffer.byteLength).toBeGreaterThan(sizeBytes);
      const other = second.run(inputs[1]);
      expect(first.run(inputs[0])).toEqual(before);
      memory.grow(PAGES);
      expect(second.run(inputs[1])).toEqual(other);
      expect(first.run(inputs[0])).toEqual(before);
      expect(before).toEqual(await alone(inputs[0]));
      expect(other).toEqual(await alone(inputs[1]));
    });

    it('holds another network beside the first', async () => {
      const memory = createGrowingMemory(compiled());
      const create = async (of: Network, its: ActivationRanges): Promise<CompiledNetwork> => {
        const layout = layOutNetwork(memory, sourceOf(of, its), arithmetic);
        return createCompiledNetwork(await instantiateInferenceKernels(compiled(), memory), memory, layout);
      };
      const first = await create(network, ranges);
      const wider = smallNetwork(17, 2);
      const second = await create(wider, smallRanges(wider));
      const input = randomInput(wider, 4);
      expect(second.run(input)).toEqual(await alone(input, wider, smallRanges(wider)));
      expect(first.run(inputs[0])).toEqual(await alone(inputs[0]));
    });

    it('is copied or shared by an image', async () => {
      const image = packNetwork(compiled(), sourceOf(network, ranges), arithmetic);
      const [first, second] = [await openPackedNetwork(image), await openPackedNetwork(image)];
      const result = first.run(inputs[0]);
      expect(second.run(inputs[1])).toEqual(await alone(inputs[1]));
      expect(first.run(inputs[0])).toEqual(result);
      expect(result).toEqual(await alone(inputs[0]));
    });

    it('is not handed out: a result stays as it was', async () => {
      const image = packNetwork(compiled(), sourceOf(network, ranges), arithmetic);
      const runnable = await openPackedNetwork(image);
      const result = runnable.run(inputs[0]);
      const copy = result.slice();
      runnable.run(inputs[1]);
      expect(result).toEqual(copy);
      expect(result.buffer.byteLength).toBe(result.byteLength);
    });

    it('refuses a picture of another size', async () => {
      const image = packNetwork(compiled(), sourceOf(network, ranges), arithmetic);
      const runnable = await openPackedNetwork(image);
      expect(() => runnable.run(new Float32Array(3))).toThrow('507');
    });
  });
}

export interface LongRun {
  /** What the memory grew by. */
  readonly memoryBytes: number;
  /** What `heapBytes` grew by, in that round of three in which it grew least. */
  readonly heapBytes: number;
}

const WARM_UP = 50;
/** A leak grows in every round; the engine's own growth, such as code that it compiles meanwhile, in one or another. */
const ROUNDS = 3;

/** Three times runs `count` pictures, each in an array of its own, and says what is left of them. */
export async function runMany(
  compiled: CompiledKernels,
  arithmetic: Arithmetic,
  count: number,
  heapBytes: () => Promise<number>,
): Promise<LongRun> {
  const network = smallNetwork(32, 1);
  const memory = createGrowingMemory(compiled);
  const layout = layOutNetwork(memory, sourceOf(network, smallRanges(network)), arithmetic);
  const runnable = createCompiledNetwork(await instantiateInferenceKernels(compiled, memory), memory, layout);
  const input = randomInput(network, 2);
  for (let i = 0; i < WARM_UP; i++) runnable.run(input.slice());
  const memoryBefore = memory.buffer.byteLength;
  let grown = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const heapBefore = await heapBytes();
    for (let i = 0; i < count; i++) runnable.run(input.slice());
    grown = Math.min(grown, (await heapBytes()) - heapBefore);
  }
  return { memoryBytes: memory.buffer.byteLength - memoryBefore, heapBytes: grown };
}
