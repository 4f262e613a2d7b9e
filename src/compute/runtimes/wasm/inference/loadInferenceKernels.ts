/** The kernels of inference that this browser can run, fetched beside the worker's script. */
import { type CompiledKernels, createKernelLoader } from '../builds.ts';
import { canShareMemory } from '../shareMemory.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import plainSharedUrl from './generated/plain-shared.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import relaxedSharedUrl from './generated/relaxed-shared.wasm?url&no-inline';

const load = createKernelLoader('inference', {
  relaxed: { own: relaxedUrl, shared: relaxedSharedUrl },
  plain: { own: plainUrl, shared: plainSharedUrl },
});

/** @returns null where there is no SIMD at all @throws Error if they cannot be fetched */
export async function loadInferenceKernels(): Promise<CompiledKernels | null> {
  return load(await canShareMemory());
}

/** The same over a memory of one's own, which takes no more than it needs: shared memory reserves a gigabyte at once. */
export function loadOwnInferenceKernels(): Promise<CompiledKernels | null> {
  return load(false);
}
