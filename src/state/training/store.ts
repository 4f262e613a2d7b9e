/** What a run looks like from outside, phase by phase; the actions that move it are in `training.ts`. */

import type { EpochMetrics } from '../../domain/curve.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import type { AppError } from '../../shared/errors.ts';
import type { TrainedModel } from '../models/models.ts';
import type { Mistake } from './plan.ts';

export type TrainingPhase =
  | 'idle'
  | 'preparing'
  | 'extracting'
  | 'training'
  | 'checking'
  | 'saving'
  | 'done'
  | 'failed';

/** Long work that can rest in the middle. */
const PAUSABLE_PHASES: readonly TrainingPhase[] = ['extracting', 'training', 'checking'];

/** Whether a run can rest now; learning that is to end early has no middle any more. */
export function isPausable(phase: TrainingPhase, finishing: boolean): boolean {
  return PAUSABLE_PHASES.includes(phase) && !(finishing && phase === 'training');
}

/** While there is something to wait for. */
export const RUNNING_PHASES: readonly TrainingPhase[] = [
  'preparing',
  'extracting',
  'training',
  'checking',
  'saving',
];

export interface TrainingState {
  readonly phase: TrainingPhase;
  /** Of the next run; a running one has its own copy. */
  readonly settings: TrainSettings;
  readonly extract: ExtractProgress | null;
  /** Of the run that learned last: one that goes on has its own. */
  readonly lastSettings: TrainSettings | null;
  /** Epochs the running or last run may take. */
  readonly plannedEpochs: number;
  /** Of the running epoch, 0–1. */
  readonly epochFraction: number;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  /** Until the last epoch; null until it can be told. */
  readonly remainingMs: number | null;
  /** Paths of pictures that could not be read or decoded after all; the run goes on without them. */
  readonly leftOut: readonly string[];
  /** The person asked to stop early and keep. */
  readonly finishing: boolean;
  /** The person lets the run rest; what is under way, a batch or a few pictures, is still ended. */
  readonly paused: boolean;
  /** In which phase the last run was cancelled, if it was. */
  readonly cancelledIn: TrainingPhase | null;
  readonly error: AppError | null;
  /** A trained model that could not be saved: it waits in memory for another try. */
  readonly unsaved: TrainedModel | null;
  readonly modelId: string | null;
  /** Of the last finished run in this tab; the pictures' bytes are not stored with a model. */
  readonly review: { readonly modelId: string; readonly mistakes: readonly Mistake[] } | null;
}

/** Before the first run, and between two. */
export const FRESH = {
  phase: 'idle',
  extract: null,
  lastSettings: null,
  plannedEpochs: 0,
  epochFraction: 0,
  curve: [],
  bestEpoch: null,
  remainingMs: null,
  leftOut: [],
  finishing: false,
  paused: false,
  cancelledIn: null,
  error: null,
  unsaved: null,
  modelId: null,
} as const satisfies Partial<TrainingState>;

/** Fraction of the running phase that is done, 0–1; null where it cannot be told. */
export function phaseFraction(state: TrainingState): number | null {
  const { phase, extract, curve, epochFraction, plannedEpochs } = state;
  if ((phase === 'extracting' || phase === 'checking') && extract && extract.total > 0)
    return extract.done / extract.total;
  if (phase === 'training' && plannedEpochs > 0)
    return Math.min(1, (curve.length + epochFraction) / plannedEpochs);
  return null;
}

/** Whether stopping early now would leave out the second phase, which the run was asked for. */
export function skipsTuning({ lastSettings, curve }: Pick<TrainingState, 'lastSettings' | 'curve'>): boolean {
  const last = curve.at(-1);
  // A run that begins with a fine-tuned model has no first phase; before the first epoch nothing can be kept anyway.
  return lastSettings?.fineTune != null && last !== undefined && last.phase !== 'fineTune';
}

/** Of a run whose loss was no number any more: in the second phase, or in the first; null after any other error. */
export function divergedIn({
  error,
  curve,
}: Pick<TrainingState, 'error' | 'curve'>): 'fineTune' | 'head' | null {
  if (error?.code !== 'notFinite') return null;
  return (error.details.phase ?? curve.at(-1)?.phase) === 'fineTune' ? 'fineTune' : 'head';
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
