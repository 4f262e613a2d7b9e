/** What the training loop asks of whatever computes it, and what that is given: any runtime, and any cut of a network. */

import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import type { Random } from '../../shared/random.ts';
import type { ActivationSource } from './activationSource.ts';
import type { NormMode } from './trainablePlan.ts';

/** Where a run stands, whoever computed it. The optimiser's state is keyed as in `updateRule.ts`; moments lie as their weights. */
export type TrainerState = Pick<TrainSnapshot, 'head' | 'optimizerState' | 'optimizerSteps'>;

/** Sums over batches. */
export interface BatchTotals {
  /** Σ weight · cross-entropy, in nats. */
  readonly lossSum: number;
  readonly weightSum: number;
  /** Rows with weight > 0 whose largest probability is the target's. */
  readonly correct: number;
}

export interface Trainer {
  /**
   * One step of the optimiser.
   * @param rows any number: they go through in micro-batches, and move the weights as one batch of them all would
   * @param random for dropout, see `drawMasks`
   * @param learningRate of this step
   */
  step(rows: Int32Array, random: Random, learningRate: number): void | Promise<void>;
  /** Of the steps since this was last asked. */
  takeTotals(): Promise<BatchTotals>;
  /** Probabilities `[rows, classes]`, without dropout. */
  predict(rows: Int32Array): Promise<Float32Array<ArrayBuffer>>;
  /** What trains, with the weights as they are now. */
  toNetwork(): Promise<Network>;
  snapshot(): Promise<TrainerState>;
  /** Puts the weights of a network of the same layers in place; the optimiser keeps its state. */
  restore(from: Network): void;
  dispose(): void;
}

export interface TrainerArgs {
  readonly source: ActivationSource;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** One number a class. */
  readonly classWeights: readonly number[];
  readonly settings: TrainSettings;
  /** `head` is all that trains; kernels' moments lie as the kernels do in the network. */
  readonly start: TrainerState;
  /** Pictures of one pass, the one shape of all: bounds the memory, and changes nothing else. */
  readonly microBatch: number;
  /** What BatchNorm does, if there is any: frozen unless told otherwise. */
  readonly norms?: NormMode;
  /** Heard between any two micro-batches. */
  readonly signal?: AbortSignal | undefined;
}
