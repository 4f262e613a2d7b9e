/** The learning itself as a run sees it: from wherever it stands to a result, through restarts of the engine. */
import type { Metrics } from '../evaluation/types.ts';
import type { Arithmetic, DataSummary, TrainProgress, TrainResult, TrainSnapshot } from '../rpc/protocol.ts';
import { toAppError } from '../shared/errors.ts';
import type { EpochMetrics, TrainSettings } from '../shared/training.ts';
import { createBatch } from './batched.ts';
import { engineCall } from './engine.ts';
import { notifyError } from './notices.ts';
import { checkExactly, type ExtractWatch } from './trainingFeatures.ts';
import type { TrainingPlan } from './trainingPlan.ts';

/** A run whose features are ready. */
export interface TrainingJob {
  /** ISO 8601; of a run that goes on: when it was first started. */
  readonly startedAt: string;
  readonly plan: TrainingPlan;
  /** Paths of pictures that it goes on without. */
  readonly leftOut: readonly string[];
  readonly data: DataSummary;
  readonly settings: TrainSettings;
  readonly arithmetic: Arithmetic;
  readonly resumeFrom: TrainSnapshot | null;
}

export interface LearnedSoFar {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  readonly remainingMs: number | null;
}

export interface LearnWatch {
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
  readonly onLearned: (learned: LearnedSoFar) => void;
  readonly onSnapshot: (snapshot: TrainSnapshot) => void;
}

/** How often the curves move. */
const SHOW_EVERY_MS = 200;

type EpochProgress = Extract<TrainProgress, { kind: 'epoch' }>;

/** What of a plan the engine learns from, and what a checkpoint keeps. */
export function examplesOf({ examples }: TrainingPlan) {
  return examples.map(({ hash, classIndex, split }) => ({ hash, classIndex, split }));
}

/** @throws AppError of the engine */
export async function learn(
  { plan, settings, arithmetic, resumeFrom }: TrainingJob,
  { signal, finishSignal, onLearned, onSnapshot }: LearnWatch,
): Promise<TrainResult> {
  let snapshot = resumeFrom;
  let curve: readonly EpochMetrics[] = [];
  let elapsedBeforeMs = 0;
  const examples = examplesOf(plan);
  // Epochs of a small data set take a few milliseconds: more than a page can draw.
  const epochs = createBatch<EpochProgress>((arrived) => {
    const last = arrived.at(-1);
    curve = [...curve, ...arrived.map(({ metrics }) => metrics)];
    onLearned({ curve, bestEpoch: last?.bestEpoch ?? null, remainingMs: last?.remainingMs ?? null });
  }, SHOW_EVERY_MS);
  const onProgress = (progress: TrainProgress) => {
    if (progress.kind === 'epoch') return epochs.add(progress);
    snapshot = progress.snapshot;
    onSnapshot(progress.snapshot);
  };
  const makeArgs = () => {
    // After a lost device the epochs since the last snapshot are done again.
    epochs.flush();
    curve = snapshot?.curve ?? [];
    elapsedBeforeMs = curve.at(-1)?.elapsedMs ?? 0;
    onLearned({ curve, bestEpoch: snapshot?.bestEpoch ?? null, remainingMs: null });
    return { examples, classNames: plan.classNames, settings, arithmetic, resumeFrom: snapshot };
  };
  const call = engineCall('train', makeArgs, { signal, finishSignal, onProgress });
  const result = await call.finally(() => epochs.flush());
  onLearned({ curve: result.curve, bestEpoch: result.bestEpoch, remainingMs: null });
  return { ...result, elapsedMs: elapsedBeforeMs + result.elapsedMs };
}

/** A check that fails, or that the person does not want to wait for, must not cost what was learned. */
export async function checkIfPossible(
  plan: TrainingPlan,
  result: TrainResult,
  watch: ExtractWatch,
): Promise<Metrics | null> {
  try {
    return await checkExactly(plan, result, watch);
  } catch (thrown) {
    if (toAppError(thrown).code !== 'cancelled') notifyError(thrown);
    return null;
  }
}
