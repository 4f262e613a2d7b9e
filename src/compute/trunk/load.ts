/** The kernels that this browser can run, fetched beside the worker's script. */

import plainUrl from './generated/plain.wasm?url&no-inline';
import plainSharedUrl from './generated/plain-shared.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import relaxedSharedUrl from './generated/relaxed-shared.wasm?url&no-inline';
import { type CompiledKernels, compileKernels, type KernelBuild, MAX_SHARED_PAGES } from './kernels.ts';

const URLS: Readonly<Record<KernelBuild, { readonly own: string; readonly shared: string }>> = {
  relaxed: { own: relaxedUrl, shared: relaxedSharedUrl },
  plain: { own: plainUrl, shared: plainSharedUrl },
};

async function fetchBuild(build: KernelBuild, isShared: boolean): Promise<BufferSource> {
  const response = await fetch(isShared ? URLS[build].shared : URLS[build].own);
  if (!response.ok) throw new Error(`HTTP ${response.status} for the kernels`);
  return response.arrayBuffer();
}

/** Workers may share memory only on pages that are isolated from others, and where there are addresses enough. */
function canShareMemory(): boolean {
  if (globalThis.crossOriginIsolated !== true) return false;
  try {
    new WebAssembly.Memory({ initial: 1, maximum: MAX_SHARED_PAGES, shared: true });
    return true;
  } catch (thrown) {
    console.warn('no shared memory: each worker has weights of its own', thrown);
    return false;
  }
}

/** @returns null where there is no SIMD at all */
export function loadKernels(): Promise<CompiledKernels | null> {
  return compileKernels(fetchBuild, canShareMemory());
}
