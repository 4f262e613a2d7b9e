/** Asking the engine for what helps before a run: a first answer, and a learning rate. */

import type { Arithmetic } from '../domain/backends.ts';
import type { TrainExample } from '../domain/checkpoint.ts';
import type { TrainSettings } from '../domain/trainSettings.ts';
import type { Baseline, LearningPoint } from '../evaluation/learningCurve.ts';
import type { RatePoint } from '../evaluation/lrCurve.ts';

export interface BaselineArgs {
  /** Those of test are not looked at. */
  readonly examples: readonly TrainExample[];
  readonly classCount: number;
  readonly arithmetic: Arithmetic;
  readonly classWeights: TrainSettings['classWeights'];
  readonly seed: number;
}

export interface BaselineProgress {
  /** The points so far, fewest pictures first; the one that learned from all pictures comes first of all. */
  readonly points: readonly LearningPoint[];
}

export interface BaselineOutcome {
  /** Pictures whose features are not kept yet; where there are any, there is no answer. */
  readonly missing: number;
  readonly answer: Baseline | null;
}

export interface LrFinderArgs {
  /** Training pictures alone. */
  readonly examples: readonly Pick<TrainExample, 'hash' | 'classIndex'>[];
  readonly classCount: number;
  /** All but the learning rate and its schedule are taken as they are. */
  readonly settings: TrainSettings;
  readonly arithmetic: Arithmetic;
}

export interface LrFinderProgress {
  /** So far. */
  readonly points: readonly RatePoint[];
  /** Points at most; the test ends before where the loss gets out of hand. */
  readonly total: number;
}
