/** All that the engine can be asked, by name. */

import type { BackendName, BackendPreference, BackendReport } from '../domain/backends.ts';
import type { ClassifyResult } from '../domain/classification.ts';
import type { BackboneInfo, ModelDescription } from '../domain/model.ts';
import type { ExportOptions } from '../domain/modelExport.ts';
import type { NetworkFacts } from '../domain/networkFacts.ts';
import type { ContentHash } from '../domain/picture.ts';
import type { Colours, FreshNetwork } from '../domain/trainSettings.ts';
import type { RatePoint } from '../evaluation/lrCurve.ts';
import type { Network } from '../network/network.ts';
import type { ExactCheckArgs, ExactCheckProgress, ExactCheckResult } from './checkCalls.ts';
import type { ClassifierRef, ClassifyOutcome } from './classifyCalls.ts';
import type { EnsembleArgs, EnsembleResult } from './ensembleCalls.ts';
import type {
  BaselineArgs,
  BaselineOutcome,
  BaselineProgress,
  LrFinderArgs,
  LrFinderProgress,
} from './estimateCalls.ts';
import type { ExtractArgs, ExtractProgress, ExtractResult, PictureRef } from './featureCalls.ts';
import type { Method } from './protocol.ts';
import type {
  EstimateArgs,
  FineTuneArgs,
  FineTuneEstimate,
  FineTuneProgress,
  KeptResultArgs,
  ScratchArgs,
  TrainArgs,
  TrainProgress,
  TrainResult,
} from './trainingCalls.ts';

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
  /** False where they were not asked for. */
  readonly weightsFromCache: boolean;
  /** Networks that can be trained from scratch. */
  readonly networks: readonly NetworkFacts[];
  /** Id of the one whose weights come with the app. */
  readonly published: string;
}

export interface ReadableArgs {
  readonly network: FreshNetwork;
  readonly pictures: readonly PictureRef[];
  /** Whose colours are wanted; none unless told. */
  readonly measured?: readonly ContentHash[];
}

export interface ReadableResult {
  readonly failed: readonly ContentHash[];
  /** null where none was to be measured, or none could. */
  readonly colours: Colours | null;
}

/** Lives in `compute/engine.worker.ts`. */
export interface EngineApi {
  /** Chooses a backend, starts the extractor pool, loads and checks the weights. What is done already is not done again. */
  prepare: Method<
    {
      /** Address of the folder that holds `weights/`: the page's own, since a worker's script lies elsewhere. */
      baseUrl: string;
      preference: BackendPreference;
      /** Runs from scratch alone will do: the weights of the backbone are not loaded. */
      isBare: boolean;
      /** Fingerprint of weights that the person brought; null, or where they are gone: the published ones. */
      own: string | null;
      /** The person wants float32 even where 8-bit integers are faster. */
      exact: boolean;
      /** Backends whose device was lost in this session. */
      lost: readonly BackendName[];
      /** How often the engine died or ran out of memory: each time it takes on half as much at a time. */
      setbacks: number;
    },
    PrepareProgress,
    PrepareResult
  >;
  extractFeatures: Method<ExtractArgs, ExtractProgress, ExtractResult>;
  train: Method<TrainArgs, TrainProgress, TrainResult>;
  /** Goes on with the head of a first phase, by the settings under `fineTune`. */
  fineTune: Method<FineTuneArgs, FineTuneProgress, TrainResult>;
  /** All of a network, from the pictures on. */
  fromScratch: Method<ScratchArgs, FineTuneProgress, TrainResult>;
  /** Which of the pictures cannot be read, and what the others look like. */
  findUnreadable: Method<ReadableArgs, ExtractProgress, ReadableResult>;
  /** What an interrupted run has come to, measured; whether it is a head or fine-tuned stages. */
  keptResult: Method<KeptResultArgs, never, TrainResult>;
  estimateFineTune: Method<EstimateArgs, never, FineTuneEstimate>;
  /** Whether float32 changes a result that was computed in 8-bit integers. */
  checkExactly: Method<ExactCheckArgs, ExactCheckProgress, ExactCheckResult>;
  /** What a network is that is to begin with fresh weights. */
  describeNetwork: Method<{ readonly network: FreshNetwork }, never, NetworkFacts>;
  /** The same of one that a person defined, for pictures of the size that its file says. */
  describeDefinition: Method<{ readonly definition: string }, never, NetworkFacts>;
  /** One of the networks of the list, as a file that defines it. */
  networkFile: Method<{ readonly network: FreshNetwork }, never, string>;
  /** One model of several, measured on the same pictures. */
  makeEnsemble: Method<EnsembleArgs, ExtractProgress, EnsembleResult>;
  /** How far a linear classifier in closed form gets on kept features, and whether more pictures would help. */
  baseline: Method<BaselineArgs, BaselineProgress, BaselineOutcome>;
  /** Loss at rising learning rates, on kept features and with a head that is thrown away. */
  findLearningRate: Method<LrFinderArgs, LrFinderProgress, readonly RatePoint[]>;
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
    {
      options: ExportOptions;
      description: ModelDescription;
      head: Network;
      /** Of the data set, some of which go along; those that cannot be read are passed over. */
      pictures: readonly PictureRef[];
    },
    { readonly doneFraction: number },
    { readonly file: Blob; readonly fileName: string }
  >;
  importModel: Method<
    { file: Blob },
    { readonly doneFraction: number },
    { readonly description: ModelDescription; readonly head: Network }
  >;
}
