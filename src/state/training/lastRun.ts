/** How the last run of this tab ended, and what is left of it to look at; null before the first one and during a run. */
import { createStore } from 'zustand/vanilla';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { QuickAnswer } from '../../rpc/checkCalls.ts';
import type { AppError } from '../../shared/errors.ts';
import type { TrainedModel } from '../models/models.ts';
import type { Mistake } from './plan.ts';
import type { RunStep } from './run.ts';

export type RunOutcome =
  | {
      readonly kind: 'done';
      readonly modelId: string;
      readonly name: string;
      /** Why it is the model of the first phase alone, where there was to be a second. */
      readonly tuningError: AppError | null;
    }
  | { readonly kind: 'failed'; readonly error: AppError }
  /** Trained, and could not be saved: the model waits in memory for another try. */
  | {
      readonly kind: 'unsaved';
      readonly error: AppError;
      readonly model: TrainedModel;
      readonly mistakes: readonly Mistake[];
      readonly quickAnswers: readonly QuickAnswer[];
      readonly tuningError: AppError | null;
      /** It went to the downloads meanwhile. */
      readonly isInFile?: boolean;
    }
  | { readonly kind: 'cancelled'; readonly step: RunStep };

export interface LastRun {
  readonly outcome: RunOutcome;
  readonly startedAt: string;
  /** null where it ended before it began to learn. */
  readonly settings: TrainSettings | null;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  /** Paths of pictures that it did without. */
  readonly leftOut: readonly string[];
}

export interface RunReview {
  readonly modelId: string;
  readonly mistakes: readonly Mistake[];
  /** Of the pictures that were kept aside, in an order drawn by chance; empty where nothing is to be checked. */
  readonly quickAnswers: readonly QuickAnswer[];
}

export interface LastRunState {
  readonly last: LastRun | null;
  /** Of the last finished run in this tab; the pictures' bytes are not stored with a model. */
  readonly review: RunReview | null;
}

export const lastRunStore = createStore<LastRunState>()(() => ({ last: null, review: null }));

/** Puts the outcome away, so that the view offers a new run. A model that waits to be saved stays. */
export function dismissLastRun(): void {
  if (!unsavedModel()) lastRunStore.setState({ last: null });
}

/** The model that could not be saved, if there is one. */
export function unsavedModel({ last } = lastRunStore.getState()): TrainedModel | null {
  return last?.outcome.kind === 'unsaved' ? last.outcome.model : null;
}

/** Of a run whose loss was no number any more: in the second phase, or in the first; null after any other end. */
export function divergedIn({
  outcome,
  curve,
}: Pick<LastRun, 'outcome' | 'curve'>): 'fineTune' | 'head' | null {
  if (outcome.kind !== 'failed' || outcome.error.code !== 'notFinite') return null;
  return (outcome.error.details.phase ?? curve.at(-1)?.phase) === 'fineTune' ? 'fineTune' : 'head';
}

/** The change of `settings` that lets the phase that diverged learn at a tenth of the rate it had in `failed`. */
export function atTenthOfRate(
  phase: 'fineTune' | 'head',
  failed: TrainSettings,
  settings: TrainSettings,
): Partial<TrainSettings> {
  // A tenth of 3e-5 is 3e-6, not 3.0000000000000005e-6.
  const tenthOf = (rate: number) => Number((rate / 10).toPrecision(6));
  const fineTune = settings.fineTune ?? failed.fineTune;
  if (phase === 'fineTune' && fineTune && failed.fineTune)
    return { fineTune: { ...fineTune, learningRate: tenthOf(failed.fineTune.learningRate) } };
  const learningRate = tenthOf(failed.learningRate);
  return { learningRate, minimumRate: Math.min(settings.minimumRate, learningRate) };
}

/** What is left to see of a run that ended so. */
export function toLastRun(run: Omit<LastRun, 'outcome'>, outcome: RunOutcome): LastRun {
  const { startedAt, settings, curve, bestEpoch, leftOut } = run;
  // A run that was cancelled leaves nothing to look at.
  const seen = outcome.kind === 'cancelled' ? { curve: [], bestEpoch: null, leftOut: [] } : {};
  return { outcome, startedAt, settings, curve, bestEpoch, leftOut, ...seen };
}
