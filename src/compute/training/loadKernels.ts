/** The kernels of training that this browser can run, fetched beside the worker's script. */
import { type CompiledKernels, compileKernels, type KernelBuild } from '../trunk/kernels.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';

const URLS: Readonly<Record<KernelBuild, string>> = { relaxed: relaxedUrl, plain: plainUrl };

async function fetchBuild(build: KernelBuild): Promise<BufferSource> {
  const response = await fetch(URLS[build]);
  if (!response.ok) throw new Error(`HTTP ${response.status} for the kernels of training`);
  return response.arrayBuffer();
}

/**
 * @param builds best first
 * @returns null where there is no SIMD at all
 */
export function loadTrainingKernels(builds?: readonly KernelBuild[]): Promise<CompiledKernels | null> {
  return compileKernels(fetchBuild, false, builds);
}
