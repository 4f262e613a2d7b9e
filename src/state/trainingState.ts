/** What a run looks like from outside, phase by phase; the actions that move it are in `training.ts`. */
import type { ExtractProgress } from '../rpc/protocol.ts';
import type { AppError } from '../shared/errors.ts';
import type { EpochMetrics, TrainSettings } from '../shared/training.ts';
import type { TrainedModel } from './models.ts';
import type { Mistake } from './trainingPlan.ts';

export type TrainingPhase =
  | 'idle'
  | 'preparing'
  | 'extracting'
  | 'training'
  | 'checking'
  | 'saving'
  | 'done'
  | 'failed';

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
  /** Epochs the running or last run may take. */
  readonly plannedEpochs: number;
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  /** Until the last epoch; null until it can be told. */
  readonly remainingMs: number | null;
  /** Paths of pictures that could not be read or decoded after all; the run goes on without them. */
  readonly leftOut: readonly string[];
  /** The person asked to stop early and keep. */
  readonly finishing: boolean;
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
  plannedEpochs: 0,
  curve: [],
  bestEpoch: null,
  remainingMs: null,
  leftOut: [],
  finishing: false,
  cancelledIn: null,
  error: null,
  unsaved: null,
  modelId: null,
} as const satisfies Partial<TrainingState>;

/** Share of the running phase that is done, 0–1; null where it cannot be told. */
export function phaseShare({ phase, extract, curve, plannedEpochs }: TrainingState): number | null {
  if ((phase === 'extracting' || phase === 'checking') && extract && extract.total > 0)
    return extract.done / extract.total;
  if (phase === 'training' && plannedEpochs > 0) return curve.length / plannedEpochs;
  return null;
}
