/**
 * What a run learned from were 8-bit integers; model files compute in float32. Whether that makes a difference is looked at
 * on a part of the pictures that were kept aside, and on all of them if a person asks for it.
 */
import { createStore } from 'zustand/vanilla';
import type { ExactCheckResult, QuickAnswer } from '../../rpc/checkCalls.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import type { TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { engineCall } from '../engine/engine.ts';
import { keepExactCheck, loadModel } from '../models/models.ts';
import { usingFeatures } from '../shell/featureUse.ts';
import { notifyError } from '../shell/notices.ts';
import { turnToBackboneOf } from './backboneInUse.ts';
import { type ExtractWatch, picturesOf } from './features.ts';
import { lastRunStore } from './lastRun.ts';
import type { TrainingPlan } from './plan.ts';

/**
 * Looks at as many pictures as it takes to know the difference to half a percentage point, or as there is time for. A check
 * that fails, or that the person does not want to wait for, must not cost what was learned.
 * @returns null where nothing is known of it
 */
export async function checkIfPossible(
  { classNames }: TrainingPlan,
  { head }: Pick<TrainResult, 'head'>,
  examples: readonly QuickAnswer[],
  watch: ExtractWatch,
  limitMs: number,
): Promise<ExactCheckResult | null> {
  if (examples.length === 0) return null;
  try {
    return await check({ classNames, head }, examples, watch, limitMs);
  } catch (thrown) {
    // Pictures that are stored no more can be checked no more.
    const { code } = toAppError(thrown);
    if (code !== 'cancelled' && code !== 'notFound') notifyError(thrown);
    return null;
  }
}

async function check(
  { classNames, head }: Pick<TrainingPlan, 'classNames'> & Pick<TrainResult, 'head'>,
  examples: readonly QuickAnswer[],
  watch: ExtractWatch,
  limitMs: number | null,
): Promise<ExactCheckResult> {
  const pictures = await picturesOf(examples, watch.signal);
  const stored = new Set(pictures.map(({ hash }) => hash));
  // What was left by deleting others is no sample drawn by chance.
  if (!examples.every(({ hash }) => stored.has(hash))) throw new AppError('notFound');
  return engineCall('checkExactly', () => ({ examples, classNames, head, pictures, limitMs }), watch);
}

// ---- all of them, when a person asks ------------------------------------------------------------------------

export interface FullCheckState {
  /** Of which model; null: none goes on. */
  readonly modelId: string | null;
  readonly extract: ExtractProgress | null;
  /** Why the last one failed. */
  readonly error: AppError | null;
}

const AT_REST: FullCheckState = { modelId: null, extract: null, error: null };

export const fullCheckStore = createStore<FullCheckState>()(() => AT_REST);

let cancel = new AbortController();

/** Checks the last run's model on every picture that was kept aside, and keeps what came of it. Errors end in the store. */
export async function checkAllPictures(): Promise<void> {
  const { review } = lastRunStore.getState();
  if (!review || fullCheckStore.getState().modelId !== null) return;
  const { modelId, quickAnswers } = review;
  cancel = new AbortController();
  fullCheckStore.setState({ ...AT_REST, modelId });
  try {
    const { head, record } = await loadModel(modelId);
    await turnToBackboneOf(record.backbone);
    const onProgress = (extract: ExtractProgress) => fullCheckStore.setState({ extract });
    const watch = { signal: cancel.signal, onProgress };
    const { check: exactCheck, metrics } = await usingFeatures(() =>
      check({ ...record, head }, quickAnswers, watch, null),
    );
    await keepExactCheck(modelId, { exactCheck, exactMetrics: metrics });
    fullCheckStore.setState(AT_REST);
  } catch (thrown) {
    const error = toAppError(thrown);
    fullCheckStore.setState({ ...AT_REST, error: error.code === 'cancelled' ? null : error });
  }
}

export function cancelFullCheck(): void {
  cancel.abort();
}
