/** The builds of a set of kernels: which there are, and which of them this browser can run. */

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

/** Addresses of a build over a memory of one's own and, where there is one, over shared memory. */
export type BuildUrls = Readonly<Record<KernelBuild, { readonly own: string; readonly shared?: string }>>;

/**
 * @param isShared whether the memory is to be shared between workers
 * @param builds best first
 * @returns null where there is no SIMD at all
 * @throws Error if the file cannot be fetched
 */
export type LoadKernels = (
  isShared: boolean,
  builds?: readonly KernelBuild[],
) => Promise<CompiledKernels | null>;

/** Fetches the builds of a set of kernels beside the worker's script. @param name of the set, for messages */
export function createKernelLoader(name: string, urls: BuildUrls): LoadKernels {
  async function fetchBuild(build: KernelBuild, isShared: boolean): Promise<BufferSource> {
    const { own, shared } = urls[build];
    const url = isShared ? shared : own;
    if (url === undefined) throw new Error(`the kernels of ${name} are not built for shared memory`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status} for the kernels of ${name}`);
    return response.arrayBuffer();
  }
  return (isShared, builds) => compileKernels(fetchBuild, isShared, builds);
}

/**
 * What a set of kernels exports, over a memory. Its type is the caller's word: that of the sources.
 * @throws WebAssembly.LinkError if the memory is of the other kind than the kernels were built for
 */
export async function instantiateKernels<Exports>(
  { module }: CompiledKernels,
  memory: WebAssembly.Memory,
): Promise<Exports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  // What a module exports has no type but the one that its sources have.
  return exports as unknown as Exports;
}
