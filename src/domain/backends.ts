/** Where a network runs and in which arithmetic, as page and workers name it. */

/** `cpu`: Headstart's own WebAssembly kernels. `wasm`: those of TensorFlow.js, where a browser has no SIMD. */
export type BackendName = 'webgpu' | 'webgl' | 'cpu' | 'wasm';

/** Where tensors live; beside `cpu` they live on `wasm`. */
export type TensorflowBackend = Exclude<BackendName, 'cpu'>;

export type BackendPreference = BackendName | 'auto';

/** What a frozen backbone computes in: 8-bit integers, or `float32` to the last bit that a sum's order leaves. */
export type Arithmetic = 'int8' | 'float32';

/** Why a backend was or was not taken; the i18n table has a sentence for each. */
export type BackendVerdict =
  | 'fastest' // taken: right, and the fastest of those that are
  | 'chosenByPerson' // taken: the person asked for it
  | 'onlyOne' // taken: nothing else works here
  | 'slower'
  | 'software' // drawn by the CPU in disguise: ranked below WASM
  | 'unavailable'
  | 'wrongResults'
  | 'float16Only' // renders in 16 bits only: training would give NaN
  | 'lost' // its device was lost in this session
  | 'uncovered' // has no kernel for a node of this network
  | 'notTried'; // the person chose another

export interface BackendCandidate {
  readonly name: BackendName;

  readonly verdict: BackendVerdict;
  /** Largest absolute deviation in the self-test, or null if it did not run. */
  readonly maxError: number | null;
  /** Estimated time of one ResNet50 picture on this machine, all its workers counted; null if not timed. */
  readonly estimatedMsPerPicture: number | null;
  /** What the driver calls itself: adapter, renderer. */
  readonly device: string;
  /** The first node of the network that it does not cover; null: it covers all, or was not asked. */
  readonly uncoveredNode: string | null;
}

export interface BackendReport {
  readonly chosen: BackendName;
  /** What features are computed in unless asked otherwise; `int8` on `cpu` alone. */
  readonly arithmetic: Arithmetic;
  /** Of the extractor pool. */
  readonly workers: number;
  readonly candidates: readonly BackendCandidate[];
}
