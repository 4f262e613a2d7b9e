/** The kernels of inference that this browser can run, fetched beside the worker's script. */
import { type CompiledKernels, createKernelLoader, MAX_SHARED_PAGES } from '../builds.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import plainSharedUrl from './generated/plain-shared.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import relaxedSharedUrl from './generated/relaxed-shared.wasm?url&no-inline';

const load = createKernelLoader('inference', {
  relaxed: { own: relaxedUrl, shared: relaxedSharedUrl },
  plain: { own: plainUrl, shared: plainSharedUrl },
});

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

/** @returns null where there is no SIMD at all @throws Error if they cannot be fetched */
export function loadInferenceKernels(): Promise<CompiledKernels | null> {
  return load(canShareMemory());
}
