/** How a run is to learn: all that a person can set, and what it is when nobody does. */
import type { ChosenLayers } from '../network/backbones/backbone.ts';
import type { HeadSettings } from '../network/head.ts';
import type { TrainableStages } from '../network/stages.ts';
import type { AugmentSettings } from './augmentation.ts';

/** The second phase: the last stages of the backbone learn as well, from the head of the first phase on. */
export interface FineTuneSettings {
  readonly stages: TrainableStages;
  readonly epochs: number;
  /** Lower than that of the head, so that what the backbone knows is not lost. */
  readonly learningRate: number;
  readonly batchSize: number;
  /** Whether BatchNorm goes by the batch and learns; absent: it stays as it was published. */
  readonly norms?: 'learning' | undefined;
}

/** Of a network that a person defined, in the place of a backbone's id. */
export const DEFINED_NETWORK_ID = 'defined';

/** Of the training pictures, for each colour (R, G, B), of 0–255. */
export interface Colours {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** A network that has learned nothing yet: all of it learns, from the picture on. */
export interface FreshNetwork {
  /** Of the backbone registry, or `DEFINED_NETWORK_ID`. */
  readonly backboneId: string;
  /** Side of the square input, px. */
  readonly inputSizePx: number;
  /** Of a network that a person defined: the text of its file, which says all of it. */
  readonly definition?: string | undefined;
  /** Of a backbone whose layers can be chosen; absent: those it usually has. */
  readonly layers?: ChosenLayers | undefined;
  /**
   * By what the colours of a picture are made small numbers: less the mean, by the deviation. `data`: those of the training
   * pictures, which are measured when the run begins. Absent: as the network was published.
   */
  readonly normalisation?: 'data' | Colours | undefined;
}

export interface TrainSettings extends HeadSettings {
  /** L2 penalty factor on kernels (added to the loss). */
  readonly l2: number;
  readonly optimizer: 'adam' | 'adamw' | 'sgd' | 'rmsprop';
  /** Of a step; with `cosine` and `oneCycle` the highest that is reached, with `step` and `plateau` the first. */
  readonly learningRate: number;
  /** How the learning rate changes in the run; formulas and sources in `compute/training/schedule.ts`. */
  readonly schedule: 'constant' | 'step' | 'cosine' | 'plateau' | 'oneCycle';
  /** Fraction of all steps in which the rate rises from nothing, [0, 1). Of `cosine` only. */
  readonly warmupFraction: number;
  /** What the rate is multiplied by when it falls, (0, 1]. Of `step` and `plateau`. */
  readonly rateFactor: number;
  /** Epochs from fall to fall. Of `step` only. */
  readonly rateStepEpochs: number;
  /** The rate falls after this many epochs without a better validation loss. Of `plateau` only. */
  readonly plateauPatience: number;
  /** The rate falls no further. Of `plateau` only. */
  readonly minimumRate: number;
  /** Of SGD only. */
  readonly momentum: number;
  /** Whether the momentum looks ahead, after Nesterov. Of SGD only. */
  readonly nesterov: boolean;
  /** Decoupled decay, of AdamW only. */
  readonly weightDecay: number;
  /** Fraction of each target that is spread evenly over all classes, [0, 1). */
  readonly labelSmoothing: number;
  /** γ of the focal loss: how much less a picture counts the surer the network is of it; 0: plain cross-entropy. */
  readonly focalGamma: number;
  /** Gradients are scaled down to this norm, over all weights that train; null: never. */
  readonly clipNorm: number | null;
  readonly batchSize: number;
  /** Batches whose gradients are gathered into one step of the optimiser; 1: none. */
  readonly accumulationSteps: number;
  readonly epochs: number;
  /** Stop after this many epochs without a better validation loss; null never stops early. */
  readonly earlyStoppingPatience: number | null;
  /** `balanced`: each class weighs total / (classes · its count). */
  readonly classWeights: 'none' | 'balanced';
  /** null: training sees the pictures as they are. Those of validation and test are never augmented. */
  readonly augmentation: AugmentSettings | null;
  /** null: only the head learns. */
  readonly fineTune: FineTuneSettings | null;
  /** null: the backbone has the weights that were published with it. Otherwise there is one phase, and no fine-tuning. */
  readonly fromScratch: FreshNetwork | null;
  readonly seed: number;
}

export const DEFAULT_TRAIN_SETTINGS: TrainSettings = {
  head: 'mlp',
  hiddenUnits: 1024,
  dropout: 0.3,
  l2: 1e-4,
  optimizer: 'adam',
  learningRate: 1e-3,
  schedule: 'constant',
  warmupFraction: 0.05,
  rateFactor: 0.5,
  rateStepEpochs: 10,
  plateauPatience: 3,
  minimumRate: 1e-6,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 1e-2,
  labelSmoothing: 0,
  focalGamma: 0,
  clipNorm: null,
  batchSize: 32,
  accumulationSteps: 1,
  epochs: 40,
  earlyStoppingPatience: 8,
  classWeights: 'balanced',
  augmentation: null,
  fineTune: null,
  fromScratch: null,
  seed: 1,
};

/** The phase of a run in which more than a head learns, as a second phase or from scratch; null: there is none. */
export function tuningOf({
  fromScratch,
  fineTune,
  epochs,
  learningRate,
  batchSize,
}: TrainSettings): FineTuneSettings | null {
  return fromScratch ? { stages: 'all', epochs, learningRate, batchSize, norms: 'learning' } : fineTune;
}

export const DEFAULT_FINE_TUNE: FineTuneSettings = {
  stages: 1,
  epochs: 3,
  learningRate: 3e-5,
  batchSize: 8,
};
