/** The run that is going, step by step; null where none is. Only `training.ts` writes it. */
import { createStore } from 'zustand/vanilla';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';

export type RunStep = 'preparing' | 'extracting' | 'training' | 'checking' | 'saving';

/** Long work that can rest in the middle. */
const PAUSABLE_STEPS: readonly RunStep[] = ['extracting', 'training', 'checking'];

/** What is told of the learning as it goes on. */
export interface LearnedSoFar {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  /** Until the last epoch; null until it can be told. */
  readonly remainingMs: number | null;
  /** Epochs that the run may take. */
  readonly plannedEpochs: number;
  /** Of the running epoch, 0–1. */
  readonly epochFraction: number;
}

export interface TrainingRun extends LearnedSoFar {
  /** ISO 8601; of a run that goes on: when it was first started. */
  readonly startedAt: string;
  readonly step: RunStep;
  /** Its own; null until it begins to learn, since one that goes on brings them along. */
  readonly settings: TrainSettings | null;
  readonly extract: ExtractProgress | null;
  /** Paths of pictures that could not be read or decoded after all; the run goes on without them. */
  readonly leftOut: readonly string[];
  /** The person asked to stop early and keep. */
  readonly finishing: boolean;
  /** The person lets the run rest; what is under way, a batch or a few pictures, is still ended. */
  readonly paused: boolean;
}

export const runStore = createStore<{ readonly run: TrainingRun | null }>()(() => ({ run: null }));

export function isTraining({ run } = runStore.getState()): boolean {
  return run !== null;
}

/** A run that has learned nothing yet, or that takes up `known` of an earlier one. */
export function beginRun(
  { startedAt, plannedEpochs }: Pick<TrainingRun, 'startedAt' | 'plannedEpochs'>,
  known: Partial<TrainingRun> = {},
): void {
  runStore.setState({
    run: {
      ...{ startedAt, plannedEpochs },
      step: 'preparing',
      ...{ settings: null, extract: null, leftOut: [], finishing: false, paused: false },
      ...{ curve: [], bestEpoch: null, remainingMs: null, epochFraction: 0 },
      ...known,
    },
  });
}

/** Nothing happens where no run is going. */
export function changeRun(change: Partial<TrainingRun>): void {
  runStore.setState(({ run }) => (run ? { run: { ...run, ...change } } : {}));
}

/** Whether a run can rest now; learning that is to end early has no middle any more. */
export function isPausable({ step, finishing }: Pick<TrainingRun, 'step' | 'finishing'>): boolean {
  return PAUSABLE_STEPS.includes(step) && !(finishing && step === 'training');
}

/** Fraction of the running step that is done, 0–1; null where it cannot be told. */
export function stepFraction(
  run: Pick<TrainingRun, 'step' | 'extract' | 'curve' | 'epochFraction' | 'plannedEpochs'>,
): number | null {
  const { step, extract, curve, epochFraction, plannedEpochs } = run;
  if ((step === 'extracting' || step === 'checking') && extract && extract.total > 0)
    return extract.done / extract.total;
  if (step === 'training' && plannedEpochs > 0)
    return Math.min(1, (curve.length + epochFraction) / plannedEpochs);
  return null;
}

/** Whether stopping early now would leave out the second phase, which the run was asked for. */
export function skipsFineTuning({ settings, curve }: Pick<TrainingRun, 'settings' | 'curve'>): boolean {
  const last = curve.at(-1);
  // A run that begins with a fine-tuned model has no first phase; before the first epoch nothing can be kept anyway.
  return settings?.fineTune != null && last !== undefined && last.phase !== 'fineTune';
}
