/** What is told of each epoch of a run, and how the run ended. */

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
  /** `fineTune`: of the second phase. Absent: of the first. */
  readonly phase?: 'fineTune' | undefined;
}

/**
 * What early stopping and the schedule watch: the validation loss, or the training loss where there is no validation
 * set.
 */
export function watchedLoss({ validationLoss, loss }: EpochMetrics): number {
  return validationLoss ?? loss;
}

/** `cancelled` and `notFinite` (the loss was no number any more) end a run without a model. */
export type StopReason = 'allEpochs' | 'earlyStopping' | 'finishedByPerson' | 'cancelled' | 'notFinite';
