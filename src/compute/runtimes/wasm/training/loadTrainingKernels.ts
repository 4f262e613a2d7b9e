/** The kernels of training that this browser can run, fetched beside the worker's script. */
import { type CompiledKernels, createKernelLoader, type KernelBuild } from '../builds.ts';
import plainUrl from './generated/plain.wasm?url&no-inline';
import plainSharedUrl from './generated/plain-shared.wasm?url&no-inline';
import relaxedUrl from './generated/relaxed.wasm?url&no-inline';
import relaxedSharedUrl from './generated/relaxed-shared.wasm?url&no-inline';

const load = createKernelLoader('training', {
  relaxed: { own: relaxedUrl, shared: relaxedSharedUrl },
  plain: { own: plainUrl, shared: plainSharedUrl },
});

/** Compiled once a worker. */
const loaded: { own: CompiledKernels | null; shared: CompiledKernels | null } = { own: null, shared: null };

async function loadOnce(kind: keyof typeof loaded): Promise<CompiledKernels | null> {
  try {
    loaded[kind] ??= await loadTrainingKernels(undefined, kind === 'shared');
  } catch (thrown) {
    console.warn(
      `The kernels of training could not be loaded (${kind} memory); it is slower without.`,
      thrown,
    );
  }
  return loaded[kind];
}

/**
 * The best build there is.
 * @returns null, and a line in the log if they cannot be had: TensorFlow.js trains without them, only slower
 */
export function loadTrainingKernelsOnce(): Promise<CompiledKernels | null> {
  return loadOnce('own');
}

/** The same for a memory that workers share. @returns null if they cannot be had: each worker then has its own */
export function loadSharedTrainingKernels(): Promise<CompiledKernels | null> {
  return loadOnce('shared');
}

/**
 * @param builds best first
 * @param isShared for a memory that workers share
 * @returns null where there is no SIMD at all
 * @throws Error if they cannot be fetched
 */
export function loadTrainingKernels(
  builds?: readonly KernelBuild[],
  isShared = false,
): Promise<CompiledKernels | null> {
  return load(isShared, builds);
}
