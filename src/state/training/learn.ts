/** The learning itself as a run sees it: from wherever it stands to a result, through restarts of the engine. */

import type { Arithmetic } from '../../domain/backends.ts';
import type { SnapshotFacts, TrainSnapshot } from '../../domain/checkpoint.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { DataSummary, StartingNetwork } from '../../domain/model.ts';
import type { SeenBefore, SeenPictures } from '../../domain/seenPictures.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import type { PauseSwitch } from '../../rpc/pause.ts';
import type { FineTuneProgress, TrainProgress, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError, fromSerializedError, toAppError } from '../../shared/errors.ts';
import { engineCall, engineStore } from '../engine/engine.ts';
import { createBatch } from '../shell/batched.ts';
import { extractIn, picturesOf } from './features.ts';
import type { TrainingPlan } from './plan.ts';
import type { LearnedSoFar } from './run.ts';
import { isFineTuned } from './trainedNetwork.ts';

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
  /** A model to go on from. */
  readonly start: StartingNetwork | null;
  /** Its name. */
  readonly startedFrom?: string | undefined;
  /** What it had seen. */
  readonly startSeen?: SeenPictures | null | undefined;
  /** Of the pictures that were to check the run; the plan is without them. */
  readonly seenBefore?: SeenBefore | null | undefined;
  readonly resumeFrom: ResumePoint | null;
  /** What the first phase came to is a model already. */
  readonly isHeadKept?: boolean | undefined;
  /** Whether the engine is to write checkpoints; in another tab's shadow it may not. */
  readonly isKept: boolean;
  /** Of the backbone. */
  readonly fingerprint: string | undefined;
}

/** What is known of a snapshot; its weights are on the disk, or here where they could not be kept. */
export interface ResumePoint {
  readonly facts: SnapshotFacts;
  readonly snapshot: TrainSnapshot | null;
}

export interface Learned extends TrainResult {
  /** Why there is no more than what the first phase came to, where there was to be. */
  readonly tuningError: AppError | null;
}

export interface LearnWatch {
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
  readonly pause?: PauseSwitch;
  readonly onLearned: (learned: Partial<LearnedSoFar>) => void;
  /** What a second phase computes before its first step; null once that is done. */
  readonly onExtract: (extract: ExtractProgress | null) => void;
  /** A snapshot could not be kept on the disk. */
  readonly onNotKept: (error: AppError) => void;
}

/** How often the curves move. */
const SHOW_EVERY_MS = 200;

type EpochProgress = Extract<TrainProgress, { kind: 'epoch' }>;

/** What of a plan the engine learns from, and what a checkpoint keeps. */
export function examplesOf({ examples }: TrainingPlan) {
  return examples.map(({ hash, classIndex, split }) => ({ hash, classIndex, split }));
}

/**
 * A second phase that fails, for whatever reason, leaves what the first one came to.
 * @throws AppError of the engine; `notFound` for a second phase whose pictures are not stored any more
 */
export async function learn(job: TrainingJob, watch: LearnWatch): Promise<Learned> {
  const { settings, resumeFrom, start } = job;
  const { fineTune } = settings;
  const whole = (result: TrainResult): Learned => ({ ...result, tuningError: null });
  if (settings.fromScratch) return whole(await learnPhase(job, watch, 'fromScratch', null));
  if (!fineTune) return whole(await learnPhase(job, watch, 'train', null));
  // What was fine-tuned before has no features to learn from that would be its own.
  if (resumeFrom?.facts.phase === 'fineTune' || (start && isFineTuned(start.network)))
    return whole(await learnPhase(job, watch, 'fineTune', null));
  const first = await learnPhase(job, watch, 'train', null);
  if (watch.finishSignal.aborted) return whole(first);
  try {
    const second = await learnPhase({ ...job, resumeFrom: null }, watch, 'fineTune', first);
    return whole({ ...second, elapsedMs: first.elapsedMs + second.elapsedMs });
  } catch (thrown) {
    const tuningError = toAppError(thrown);
    // A second try must not keep the same head once more.
    if (tuningError.code === 'cancelled' || job.isHeadKept) throw tuningError;
    const { curve, bestEpoch } = first;
    watch.onLearned({ curve, bestEpoch, remainingMs: null, epochFraction: 0 });
    return { ...first, tuningError };
  }
}

/** Epochs that a run takes if nothing stops it early. @param first what the first phase came to; null before its end */
export function plannedEpochsOf(
  { epochs, fineTune }: TrainSettings,
  first: Pick<TrainResult, 'curve'> | null,
): number {
  return (first?.curve.length ?? epochs) + (fineTune?.epochs ?? 0);
}

async function learnPhase(
  job: TrainingJob,
  { onLearned, onNotKept, onExtract, ...signals }: LearnWatch,
  phase: 'train' | 'fineTune' | 'fromScratch',
  first: TrainResult | null,
): Promise<TrainResult> {
  const { plan, settings, arithmetic, resumeFrom, start } = job;
  let latest = resumeFrom;
  let curve: readonly EpochMetrics[] = first?.curve ?? [];
  let elapsedBeforeMs = 0;
  const { classNames } = plan;
  const examples = examplesOf(plan);
  const plannedEpochs =
    phase === 'fineTune' && !first
      ? countFirst(resumeFrom?.facts) + (settings.fineTune?.epochs ?? 0)
      : plannedEpochsOf(settings, first);
  const { startedAt, data, startedFrom, fingerprint, startSeen, seenBefore } = job;
  const ofRun = {
    ...{ startedAt, data, classNames, examples, settings, arithmetic, startedFrom, fingerprint },
    ...{ startSeen: startSeen ?? undefined, seenBefore: seenBefore ?? undefined },
  };
  const keep = job.isKept ? { ...ofRun, plannedEpochs } : null;
  const pictures = phase === 'train' ? [] : await picturesOf(plan.examples, signals.signal);
  // Epochs of a small data set take a few milliseconds: more than a page can draw.
  const epochs = createBatch<EpochProgress>((arrived) => {
    const last = arrived.at(-1);
    curve = [...curve, ...arrived.map(({ metrics }) => metrics)];
    const remainingMs = last?.remainingMs ?? null;
    onLearned({ curve, bestEpoch: last?.bestEpoch ?? null, remainingMs, plannedEpochs, epochFraction: 0 });
  }, SHOW_EVERY_MS);
  let isExtracting = false;
  const showExtract = (extract: ExtractProgress | null) => {
    if (extract || isExtracting) onExtract(extract);
    isExtracting = extract !== null;
  };
  const onProgress = (progress: FineTuneProgress) => {
    if (progress.kind === 'activations' || progress.kind === 'measuring') {
      epochs.flush();
      return showExtract(progress.extract);
    }
    showExtract(null);
    if (progress.kind === 'epoch') return epochs.add(progress);
    epochs.flush();
    if (progress.kind === 'step')
      return onLearned({ epochFraction: progress.fraction, remainingMs: progress.remainingMs });
    latest = progress;
    if (progress.error) onNotKept(fromSerializedError(progress.error));
  };
  const makeArgs = () => {
    checkWeights(fingerprint);
    // After a lost device the epochs since the last snapshot are done again.
    epochs.flush();
    curve = latest?.facts.curve ?? first?.curve ?? [];
    elapsedBeforeMs = (curve.at(-1)?.elapsedMs ?? 0) - (first?.elapsedMs ?? 0);
    const bestEpoch = latest?.facts.bestEpoch ?? first?.bestEpoch ?? null;
    onLearned({ curve, bestEpoch, remainingMs: null, plannedEpochs, epochFraction: 0 });
    return {
      ...{ examples, classNames, settings, arithmetic, keep },
      resumeFrom: latest && (latest.snapshot ?? { keptOf: startedAt }),
      start: first ? { network: first.head, classNames } : start,
    };
  };
  const options = { ...signals, onProgress };
  const ask = () => {
    if (phase === 'train') return engineCall('train', makeArgs, options);
    if (phase === 'fromScratch')
      return engineCall('fromScratch', () => ({ ...makeArgs(), pictures }), { ...options, part: 'bare' });
    return engineCall(
      'fineTune',
      () => ({ ...makeArgs(), pictures, curve: first?.curve ?? [], bestEpoch: first?.bestEpoch ?? 0 }),
      options,
    );
  };
  const result = await ask()
    .catch(async (thrown: unknown) => {
      // From scratch there are no features; what is not found there is a picture.
      if (toAppError(thrown).code !== 'notFound' || phase === 'fromScratch') throw thrown;
      // Features that found no room on the disk have gone with an engine that was started again.
      const augmenting = phase === 'train' ? { ...settings, keepOtherViews: true } : null;
      await extractIn(arithmetic, plan, augmenting, { ...signals, onProgress: onExtract });
      onExtract(null);
      return ask();
    })
    .finally(() => {
      epochs.flush();
      showExtract(null);
    });
  onLearned({ curve: result.curve, bestEpoch: result.bestEpoch, remainingMs: null, epochFraction: 0 });
  return { ...result, elapsedMs: Math.max(0, elapsedBeforeMs) + result.elapsedMs };
}

/**
 * Weights that the person brought may be gone when the engine starts again; the published ones are no match for what learned
 * behind them.
 * @param fingerprint that the run began over; undefined where it is over none
 */
function checkWeights(fingerprint: string | undefined): void {
  const { backbone } = engineStore.getState();
  if (fingerprint !== undefined && backbone && backbone.fingerprint !== fingerprint)
    throw new AppError('runOfOtherBackbone', { backbone: backbone.id });
}

/** Epochs of the first phase of a run that goes on. */
function countFirst(facts: Pick<SnapshotFacts, 'curve'> | undefined): number {
  return facts?.curve.filter(({ phase }) => phase !== 'fineTune').length ?? 0;
}
