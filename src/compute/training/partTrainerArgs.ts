/** What whoever trains more of a network than a head is given: any runtime. */
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { ActivationSource } from './activationSource.ts';
import type { NormMode } from './trainablePlan.ts';
import type { HeadState, HeadTrainer } from './trainer.ts';

export interface PartTrainerArgs {
  readonly source: ActivationSource;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** One number a class. */
  readonly classWeights: readonly number[];
  readonly settings: TrainSettings;
  /** `head` is all that trains; kernels' moments lie as the kernels do in the network. */
  readonly start: HeadState;
  /** Pictures of one pass, the one shape of all: bounds the memory, and changes nothing else. */
  readonly microBatch: number;
  /** What BatchNorm does, if there is any: frozen unless told otherwise. */
  readonly norms?: NormMode;
  /** Heard between any two micro-batches. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A trainer of `start.head`, which ends in a softmax. Its `step` takes any number of rows.
 * @throws AppError `outOfMemory`, `workerDied`
 */
export type CreatePartTrainer = (args: PartTrainerArgs) => Promise<HeadTrainer>;
