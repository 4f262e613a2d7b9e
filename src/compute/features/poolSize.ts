/** How many extractor workers this machine can feed. */
import type { BackendName } from '../../rpc/protocol.ts';

/** Weights and activations of one worker, with room to take the weights in. */
const WORKER_BYTES = 400 * 1024 ** 2;
/** More than this and a laptop gets hot without getting faster. */
const MAX_WORKERS = 8;
/** Chrome tells no more than 8 GiB, others tell nothing; half of it may be ours. */
const ASSUMED_MEMORY_GIB = 4;
const MEMORY_SHARE = 0.5;

export interface Machine {
  /** `navigator.hardwareConcurrency`. */
  readonly cores: number;
  /** `navigator.deviceMemory`, in GiB; undefined where the browser does not tell. */
  readonly memoryGib: number | undefined;
}

/** One worker for a GPU; on WASM as many single-thread workers as there are cores and memory. */
export function poolSizeOf(backend: BackendName, { cores, memoryGib = ASSUMED_MEMORY_GIB }: Machine): number {
  if (backend !== 'wasm') return 1;
  const byMemory = Math.floor((memoryGib * 1024 ** 3 * MEMORY_SHARE) / WORKER_BYTES);
  return Math.max(1, Math.min(cores, byMemory, MAX_WORKERS));
}

export function thisMachine(): Machine {
  const { hardwareConcurrency, deviceMemory } = navigator as WorkerNavigator & { deviceMemory?: number };
  return { cores: hardwareConcurrency || 1, memoryGib: deviceMemory };
}
