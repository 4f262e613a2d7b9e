/** Settings and results of a training run, as they cross between rooms and are stored. */

export interface TrainSettings {
  /** `mlp`: Dense(hiddenUnits, ReLU) → Dense(classes). `linear`: Dense(classes). */
  readonly head: 'mlp' | 'linear';
  readonly hiddenUnits: number;
  /** Share of the last dense layer's inputs that is dropped in training, [0, 1). */
  readonly dropout: number;
  /** L2 penalty factor on kernels (added to the loss). */
  readonly l2: number;
  readonly optimizer: 'adam' | 'adamw' | 'sgd';
  readonly learningRate: number;
  /** Of SGD only. */
  readonly momentum: number;
  /** Decoupled decay, of AdamW only. */
  readonly weightDecay: number;
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
  momentum: 0.9,
  weightDecay: 1e-2,
  batchSize: 32,
  epochs: 40,
  earlyStoppingPatience: 8,
  classWeights: 'balanced',
  seed: 1,
};

/** One line of the training curve. Losses are cross-entropy in nats, without the L2 term. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** null where there are no validation pictures. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly elapsedMs: number;
}

export type StopReason = 'allEpochs' | 'earlyStopping' | 'finishedByPerson';
