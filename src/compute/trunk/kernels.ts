/** The compiled kernels: which of the builds this browser can run, and an instance of it over a memory. */
import { AppError } from '../../shared/errors.ts';

export const KERNEL_NAMES = [
  'conv32',
  'winograd32',
  'conv8',
  'maxPool8',
  'maxPool32',
  'avgPool32',
  'add32',
  'codes32',
  'copy',
] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** Each kernel works on the record at an address: `assembly/convStep.ts`, `assembly/winogradStep.ts`, `assembly/mapStep.ts`. */
export type Kernels = Readonly<Record<KernelName, (step: number) => void>>;

/** Relaxed SIMD multiplies 16 codes an instruction and rounds a product and its sum once; plain SIMD does neither. */
export const KERNEL_BUILDS = ['relaxed', 'plain'] as const;
export type KernelBuild = (typeof KERNEL_BUILDS)[number];

export interface CompiledKernels {
  readonly build: KernelBuild;
  readonly module: WebAssembly.Module;
  /** Its memory may be shared between workers. */
  readonly isShared: boolean;
}

/** Shared memory names its limit beforehand; as in the build of the kernels. */
export const MAX_SHARED_PAGES = 16_384;

/**
 * Compiles the first build that this browser takes.
 * @param fetchBuild bytes of a build
 * @param builds best first
 * @returns null where there is no SIMD at all
 */
export async function compileKernels(
  fetchBuild: (build: KernelBuild, isShared: boolean) => Promise<BufferSource>,
  isShared: boolean,
  builds: readonly KernelBuild[] = KERNEL_BUILDS,
): Promise<CompiledKernels | null> {
  for (const build of builds) {
    const bytes = await fetchBuild(build, isShared);
    if (WebAssembly.validate(bytes)) return { build, module: await WebAssembly.compile(bytes), isShared };
  }
  return null;
}

/** An empty memory of the kind that the kernels were built for. @throws AppError `outOfMemory` */
export function createMemory({ isShared }: CompiledKernels): WebAssembly.Memory {
  try {
    return isShared
      ? new WebAssembly.Memory({ initial: 1, maximum: MAX_SHARED_PAGES, shared: true })
      : new WebAssembly.Memory({ initial: 1 });
  } catch (cause) {
    throw new AppError('outOfMemory', {}, { cause });
  }
}

/** @throws WebAssembly.LinkError if the memory is of the other kind */
export async function instantiateKernels(
  { module }: CompiledKernels,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as Kernels;
}
