/** A packed network on its way to the workers: in memory that they share, or as bytes that each copies. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import { allocate } from '../../../../shared/allocate.ts';
import type { CompiledKernels } from '../builds.ts';
import { createGrowingMemory, ensureBytes } from '../memory.ts';
import { type CompiledNetwork, createCompiledNetwork } from './compiledNetwork.ts';
import { instantiateInferenceKernels } from './inferenceKernels.ts';
import { layOutNetwork, type NetworkLayout, type NetworkSource } from './layOut.ts';
import { fastestAlgorithm } from './winograd.ts';

export interface PackedNetwork {
  readonly kernels: CompiledKernels;
  readonly layout: NetworkLayout;
  /** Shared, with the constants in it; or the constants alone. */
  readonly constants: WebAssembly.Memory | Uint8Array<ArrayBuffer>;
}

/** Packs once for all workers. @param chooseAlgorithm as in `layOutNetwork` @throws as `layOutNetwork` */
export function packNetwork(
  kernels: CompiledKernels,
  source: NetworkSource,
  arithmetic: Arithmetic,
  chooseAlgorithm = fastestAlgorithm,
): PackedNetwork {
  const memory = createGrowingMemory(kernels);
  const layout = layOutNetwork(memory, source, arithmetic, chooseAlgorithm);
  const constants = kernels.isShared
    ? memory
    : allocate(() => new Uint8Array(memory.buffer as ArrayBuffer, 0, layout.constantBytes).slice());
  return { kernels, layout, constants };
}

/** An instance with maps of its own. @throws AppError `outOfMemory` */
export async function openPackedNetwork({
  kernels,
  layout,
  constants,
}: PackedNetwork): Promise<CompiledNetwork> {
  let memory: WebAssembly.Memory;
  if (constants instanceof WebAssembly.Memory) memory = constants;
  else {
    memory = createGrowingMemory(kernels);
    ensureBytes(memory, constants.length);
    new Uint8Array(memory.buffer).set(constants);
  }
  return createCompiledNetwork(await instantiateInferenceKernels(kernels, memory), memory, layout);
}
