/** The one typed protocol between the page and its workers. Types only; `client.ts` and `server.ts` speak it. */
import type { Metrics } from '../evaluation/types.ts';
import type { Network } from '../network/network.ts';
import type { SerializedError } from '../shared/errors.ts';
import type { ContentHash, ResizeMethod, SplitName } from '../shared/picture.ts';
import type { EpochMetrics, StopReason, TrainSettings } from '../shared/training.ts';

/** A method: what it takes, what it reports on the way, what it answers. */
export interface Method<Args, Progress, Result> {
  readonly args: Args;
  readonly progress: Progress;
  readonly result: Result;
}
export type Api = object;
export type MethodName<A extends Api> = Extract<keyof A, string>;
export type ArgsOf<M> = M extends Method<infer Args, infer _P, infer _R> ? Args : never;
export type ProgressOf<M> = M extends Method<infer _A, infer Progress, infer _R> ? Progress : never;
export type ResultOf<M> = M extends Method<infer _A, infer _P, infer Result> ? Result : never;

/** Page → worker. `cancel`: drop it. `finish`: stop early and keep what is there. */
export type Request =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'finish'; readonly id: number };

/** Worker → page. */
export type Response =
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SerializedError };

// ---- backends -------------------------------------------------------------------------------------------

/** `cpu`: Headstart's own WebAssembly kernels. `wasm`: those of TensorFlow.js, where a browser has no SIMD. */
export type BackendName = 'webgpu' | 'webgl' | 'cpu' | 'wasm';
/** Where tensors live; beside `cpu` they live on `wasm`. */
export type TensorflowBackend = Exclude<BackendName, 'cpu'>;
export type BackendPreference = BackendName | 'auto';

/** What a frozen trunk computes in: 8-bit integers, or `float32` to the last bit that a sum's order leaves. */
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
}

export interface BackendReport {
  readonly chosen: BackendName;
  /** What features are computed in unless asked otherwise; `int8` on `cpu` alone. */
  readonly arithmetic: Arithmetic;
  /** Of the extractor pool. */
  readonly workers: number;
  readonly candidates: readonly BackendCandidate[];
}

// ---- engine ---------------------------------------------------------------------------------------------

export type PrepareProgress =
  | { readonly stage: 'backend'; readonly testing: BackendName }
  | {
      readonly stage: 'weights';
      readonly loadedBytes: number;
      readonly totalBytes: number;
      /** null until it can be told. */
      readonly remainingMs: number | null;
      /** True while every shard so far came from the cache. */
      readonly fromCache: boolean;
    }
  | { readonly stage: 'workers'; readonly ready: number; readonly total: number };

export interface PrepareResult {
  readonly report: BackendReport;
  readonly backbone: BackboneInfo;
  readonly weightsFromCache: boolean;
}

/** What of the backbone is stored with a model. */
export interface BackboneInfo {
  readonly id: string;
  /** SHA-256 over the shards' hashes: two equal fingerprints are the same weights. */
  readonly fingerprint: string;
  readonly inputSizePx: number;
  readonly featureCount: number;
  readonly resize: ResizeMethod;
}

/** A picture to compute on: its hash finds its features again. */
export interface PictureRef {
  readonly hash: ContentHash;
  readonly blob: Blob;
}

export interface ExtractProgress {
  readonly done: number;
  readonly total: number;
  /** Of `done`, those that were already kept. */
  readonly reused: number;
  readonly picturesPerSecond: number | null;
  readonly remainingMs: number | null;
}

export interface ExtractResult {
  readonly extracted: number;
  readonly reused: number;
  /** Pictures that could not be decoded after all. */
  readonly failed: readonly ContentHash[];
  readonly elapsedMs: number;
}

export interface TrainExample {
  readonly hash: ContentHash;
  readonly classIndex: number;
  readonly split: SplitName;
}

/** All that is needed to go on from the end of an epoch. Opaque to the page. */
export interface TrainSnapshot {
  readonly epoch: number;
  readonly curve: readonly EpochMetrics[];
  readonly head: Network;
  readonly bestHead: Network;
  readonly bestEpoch: number;
  readonly optimizerState: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly optimizerSteps: number;
  readonly randomState: number;
}

export interface TrainArgs {
  readonly examples: readonly TrainExample[];
  readonly classNames: readonly string[];
  readonly settings: TrainSettings;
  /** Of the features to learn from, which must be kept already. */
  readonly arithmetic: Arithmetic;
  readonly resumeFrom: TrainSnapshot | null;
}

export interface EvaluateArgs {
  readonly examples: readonly Pick<TrainExample, 'hash' | 'classIndex'>[];
  readonly classNames: readonly string[];
  readonly head: Network;
  readonly arithmetic: Arithmetic;
}

export type TrainProgress =
  | {
      readonly kind: 'epoch';
      readonly metrics: EpochMetrics;
      readonly bestEpoch: number;
      readonly remainingMs: number;
    }
  | { readonly kind: 'snapshot'; readonly snapshot: TrainSnapshot };

export interface TrainResult {
  readonly head: Network;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** One line per test example, in the order given: probability of each class. `[testCount, classes]`. */
  readonly testProbabilities: Float32Array<ArrayBuffer>;
  readonly elapsedMs: number;
}

/**
 * `imagenet`: the 1,000 classes out of the box. `head`: a trained head over the backbone it was trained on.
 * `loaded`: the head that the last call brought under this id; a webcam does not send 8 MB with each frame.
 */
export type ClassifierRef =
  | { readonly kind: 'imagenet' }
  | {
      readonly kind: 'head';
      readonly id: string;
      readonly head: Network;
      readonly classNames: readonly string[];
      readonly backbone: BackboneInfo;
    }
  | { readonly kind: 'loaded'; readonly id: string };

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

export interface ClassifyResult {
  /** Highest first. */
  readonly top: readonly LabelProbability[];
  readonly elapsedMs: number;
}

export type ClassifyOutcome =
  | { readonly index: number; readonly ok: true; readonly result: ClassifyResult }
  | { readonly index: number; readonly ok: false; readonly error: SerializedError };

/** What a model file tells of itself, beside the network. */
export interface ModelDescription {
  readonly name: string;
  readonly classNames: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly backbone: BackboneInfo;
  readonly data: DataSummary;
  readonly settings: TrainSettings;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly metrics: { readonly validation: Metrics | null; readonly test: Metrics | null };
  /** What the features were computed in that it learned from and was measured on; absent: float32. */
  readonly arithmetic?: Arithmetic | undefined;
  /** The same measure in float32, as in a model file: of the test pictures, or without any of those of validation. */
  readonly exactMetrics?: Metrics | null | undefined;
}

export interface DataSummary {
  readonly name: string;
  /** Pictures per class and split, in the order of the classes. */
  readonly counts: readonly {
    readonly className: string;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  }[];
  readonly seed: number;
  /** `folders`: the splits were given. `shares`: drawn by the seed. */
  readonly splitSource: 'folders' | 'shares';
}

export type ExportFormat = 'tfjs';

/** Lives in `compute/engine.worker.ts`. */
export interface EngineApi {
  /** Chooses a backend, loads and checks the weights, starts the extractor pool. A second call is cheap. */
  prepare: Method<
    {
      /** Address of the folder that holds `weights/`: the page's own, since a worker's script lies elsewhere. */
      baseUrl: string;
      preference: BackendPreference;
      /** The person wants float32 even where 8-bit integers are faster. */
      exact: boolean;
      /** Backends whose device was lost in this session. */
      lost: readonly BackendName[];
    },
    PrepareProgress,
    PrepareResult
  >;
  extractFeatures: Method<
    { pictures: readonly PictureRef[]; arithmetic: Arithmetic },
    ExtractProgress,
    ExtractResult
  >;
  train: Method<TrainArgs, TrainProgress, TrainResult>;
  /** How good a head is on features of that arithmetic, which must be kept already. */
  evaluate: Method<EvaluateArgs, never, Metrics>;
  classify: Method<
    { pictures: readonly Blob[]; classifier: ClassifierRef; topCount: number },
    ClassifyOutcome,
    null
  >;
  /** The frame is closed by the worker. */
  classifyFrame: Method<
    { frame: ImageBitmap; classifier: ClassifierRef; topCount: number },
    never,
    ClassifyResult
  >;
  exportModel: Method<
    { format: ExportFormat; description: ModelDescription; head: Network },
    { readonly doneShare: number },
    { readonly file: Blob; readonly fileName: string }
  >;
  importModel: Method<
    { file: Blob },
    { readonly doneShare: number },
    { readonly description: ModelDescription; readonly head: Network }
  >;
}
