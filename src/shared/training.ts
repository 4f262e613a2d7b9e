/** Settings and results of a training run, as they cross between rooms and are stored. */

export interface TrainSettings {
  /** `mlp`: Dense(hiddenUnits, ReLU) → Dense(classes). `linear`: Dense(classes). */
  readonly head: 'mlp' | 'linear';
  readonly hiddenUnits: number;
  /** Share of the last dense layer's inputs that is dropped in training, [0, 1). */
  readonly dropout: number;
  /** L2 penalty factor on kernels (added to the loss). */
  readonly l2: number;
  readonly optimizer: 'adam' | 'adamw' | 'sgd' | 'rmsprop';
  /** Of a step; with `cosine` and `oneCycle` the highest that is reached, with `step` and `plateau` the first. */
  readonly learningRate: number;
  /** How the learning rate changes in the run; formulas and sources in `compute/training/schedule.ts`. */
  readonly schedule: 'constant' | 'step' | 'cosine' | 'plateau' | 'oneCycle';
  /** Share of all steps in which the rate rises from nothing, [0, 1). Of `cosine` only. */
  readonly warmupShare: number;
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
  /** Share of each target that is spread evenly over all classes, [0, 1). */
  readonly labelSmoothing: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Stop after this many epochs without a better validation loss; null never stops early. */
  readonly earlyStoppingPatience: number | null;
  /** `balanced`: each class weighs total / (classes · its count). */
  readonly classWeights: 'none' | 'balanced';
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
  warmupShare: 0.05,
  rateFactor: 0.5,
  rateStepEpochs: 10,
  plateauPatience: 3,
  minimumRate: 1e-6,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 1e-2,
  labelSmoothing: 0,
  batchSize: 32,
  epochs: 40,
  earlyStoppingPatience: 8,
  classWeights: 'balanced',
  seed: 1,
};

/**
 * One line of the training curve. Losses are cross-entropy in nats, without the L2 term, and against the labels as they
 * are, not smoothed: only so are runs comparable, and training with validation.
 */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** null where there are no validation pictures. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly elapsedMs: number;
  /** Of the epoch's last step; absent in runs of earlier versions. */
  readonly learningRate?: number | undefined;
}

/**
 * What early stopping and the schedule watch: the validation loss, or the training loss where there is no validation
 * set.
 */
export function watchedLoss({ validationLoss, loss }: EpochMetrics): number {
  return validationLoss ?? loss;
}

export type StopReason = 'allEpochs' | 'earlyStopping' | 'finishedByPerson';
