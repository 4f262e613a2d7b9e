/** A packed trunk on its way to the workers: in memory that they share, or as bytes that each copies. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import type { CompiledKernels } from '../builds.ts';
import { createGrowingMemory, ensureBytes } from '../memory.ts';
import { createTrunk, type Trunk } from './compiledNetwork.ts';
import { instantiateInferenceKernels } from './inferenceKernels.ts';
import { layOutTrunk, type TrunkLayout, type TrunkSource } from './layOut.ts';
import { fastestAlgorithm } from './winograd.ts';

export interface TrunkImage {
  readonly kernels: CompiledKernels;
  readonly layout: TrunkLayout;
  /** Shared, with the constants in it; or the constants alone. */
  readonly constants: WebAssembly.Memory | Uint8Array<ArrayBuffer>;
}

/** Packs once for all workers. @param chooseAlgorithm as in `layOutTrunk` @throws as `layOutTrunk` */
export function createTrunkImage(
  kernels: CompiledKernels,
  source: TrunkSource,
  arithmetic: Arithmetic,
  chooseAlgorithm = fastestAlgorithm,
): TrunkImage {
  const memory = createGrowingMemory(kernels);
  const layout = layOutTrunk(memory, source, arithmetic, chooseAlgorithm);
  const constants = kernels.isShared
    ? memory
    : new Uint8Array(memory.buffer as ArrayBuffer, 0, layout.constantBytes).slice();
  return { kernels, layout, constants };
}

/** An instance with maps of its own. @throws AppError `outOfMemory` */
export async function openTrunk({ kernels, layout, constants }: TrunkImage): Promise<Trunk> {
  let memory: WebAssembly.Memory;
  if (constants instanceof WebAssembly.Memory) memory = constants;
  else {
    memory = createGrowingMemory(kernels);
    ensureBytes(memory, constants.length);
    new Uint8Array(memory.buffer).set(constants);
  }
  return createTrunk(await instantiateInferenceKernels(kernels, memory), memory, layout);
}
