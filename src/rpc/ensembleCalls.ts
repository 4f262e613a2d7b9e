/** Asking the engine to make one model of several. */
import type { Arithmetic } from '../domain/backends.ts';
import type { TrainExample } from '../domain/checkpoint.ts';
import type { Metrics } from '../domain/metrics.ts';
import type { BackboneInfo } from '../domain/model.ts';
import type { Network } from '../network/network.ts';
import type { PictureRef } from './featureCalls.ts';

/** A model that is to be part of it. */
export interface EnsembleCandidate {
  readonly network: Network;
  /** In the order of its outputs. */
  readonly classNames: readonly string[];
  readonly backbone: BackboneInfo;
}

export interface EnsembleArgs {
  readonly members: readonly EnsembleCandidate[];
  /** Of the data set, which all members know. */
  readonly classNames: readonly string[];
  /** Of validation and test. */
  readonly examples: readonly TrainExample[];
  readonly pictures: readonly PictureRef[];
  /** `fitted`: so that validation pictures are told best. */
  readonly weighting: 'average' | 'fitted';
  /** Each member also looks at every picture in a mirror (test-time augmentation). */
  readonly flips: boolean;
}

export interface EnsembleResult {
  readonly head: Network;
  readonly backbone: BackboneInfo;
  /** In which its input was computed. */
  readonly arithmetic: Arithmetic;
  /** Of each member, in their order; they add up to 1. */
  readonly weights: readonly number[];
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** What each member alone comes to on the test pictures. */
  readonly memberTests: readonly (Metrics | null)[];
}
