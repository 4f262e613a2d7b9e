/** What the training loop asks of whatever computes it: TensorFlow.js on any backend, or kernels of our own. */

import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import type { Random } from '../../shared/random.ts';

/** Features of many pictures, one row each. */
export interface FeatureTable {
  /** `[count, featureCount]`, row-major. */
  readonly values: Float32Array;
  readonly featureCount: number;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Of rows that show two pictures mixed; absent where none does. */
  readonly mixes?: RowMixes | undefined;
}

/** What rows show beside their own picture: MixUp and CutMix (targets are mixed as the pictures are). */
export interface RowMixes {
  /** Class of the second picture of each row; the row's own where there is none. */
  readonly labels: Int32Array;
  /** Fraction of the row's own class in the target, (0, 1]; the rest is the second's. */
  readonly fractions: Float32Array;
}

/**
 * Where a run stands, whoever computed it. The optimiser's state is keyed as in `updateRule.ts`, moments of kernels
 * lie `[units, inputs]`.
 */
export type HeadState = Pick<TrainSnapshot, 'head' | 'optimizerState' | 'optimizerSteps'>;

/** Sums over batches. */
export interface BatchTotals {
  /** Σ weight · cross-entropy, in nats. */
  readonly lossSum: number;
  readonly weightSum: number;
  /** Rows with weight > 0 whose largest probability is the target's. */
  readonly correct: number;
}

export interface HeadTrainer {
  /**
   * One step of the optimiser.
   * @param rows of the table, at most `batchSize · accumulationSteps`: they go through in batches of `batchSize`, and
   *   move the weights as one batch of them all would
   * @param random for dropout: for each batch as many numbers as a full one has inputs, input by input
   * @param learningRate of this step
   */
  step(rows: Int32Array, random: Random, learningRate: number): void | Promise<void>;
  /** Of the steps since this was last asked. */
  takeTotals(): Promise<BatchTotals>;
  /** Probabilities `[rows, classes]`, without dropout. */
  predict(rows: Int32Array): Promise<Float32Array<ArrayBuffer>>;
  /** The head with the weights as they are now. */
  toNetwork(): Promise<Network>;
  snapshot(): Promise<HeadState>;
  /** Puts the weights of a head of the same layers in place; the optimiser keeps its state. */
  restore(head: Network): void;
  dispose(): void;
}

export interface HeadTrainerArgs {
  readonly table: FeatureTable;
  /** One number a class. */
  readonly classWeights: readonly number[];
  readonly settings: TrainSettings;
  readonly start: HeadState;
}

/** @throws AppError `outOfMemory` where there is no room for the weights and what the optimiser remembers of them */
export type CreateHeadTrainer = (args: HeadTrainerArgs) => Promise<HeadTrainer>;
