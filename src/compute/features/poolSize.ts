/** How many extractor workers this machine can feed. */
import type { BackendName } from '../../domain/backends.ts';

/** Weights and maps of one worker, with room to take the weights in. Our own kernels need less than TensorFlow.js. */
const WORKER_BYTES = { cpu: 250 * 1024 ** 2, wasm: 400 * 1024 ** 2 } as const;
/** More than this and a laptop gets hot without getting faster. */
const MAX_WORKERS = 8;
/** Chrome tells no more than 8 GiB, others tell nothing; half of it may be ours. */
const ASSUMED_MEMORY_GIB = 4;
const MEMORY_FRACTION = 0.5;

export interface Machine {
  /** `navigator.hardwareConcurrency`. */
  readonly cores: number;
  /** `navigator.deviceMemory`, in GiB; undefined where the browser does not tell. */
  readonly memoryGib: number | undefined;
}

/** Half as many for each time that memory ran out, or that a worker was ended, which browsers do for want of it. */
export function halved(count: number, setbacks: number): number {
  return Math.max(1, Math.floor(count / 2 ** setbacks));
}

/**
 * One worker for a GPU; on the processor as many single-thread workers as there are cores and memory.
 * @param setbacks as in `halved`
 */
export function poolSizeOf(
  backend: BackendName,
  { cores, memoryGib = ASSUMED_MEMORY_GIB }: Machine,
  setbacks = 0,
): number {
  if (backend !== 'wasm' && backend !== 'cpu') return 1;
  const byMemory = Math.floor((memoryGib * 1024 ** 3 * MEMORY_FRACTION) / WORKER_BYTES[backend]);
  return halved(Math.min(cores, byMemory, MAX_WORKERS), setbacks);
}

export function thisMachine(): Machine {
  const { hardwareConcurrency, deviceMemory } = navigator as WorkerNavigator & { deviceMemory?: number };
  return { cores: hardwareConcurrency || 1, memoryGib: deviceMemory };
}
