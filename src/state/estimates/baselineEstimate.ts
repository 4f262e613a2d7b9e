/** A first answer before anything is trained: asked for by itself where the features are there, else by button. */
import { createStore } from 'zustand/vanilla';
import type { Arithmetic } from '../../domain/backends.ts';
import type { Baseline, LearningPoint } from '../../evaluation/learningCurve.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { datasetStore } from '../dataset/dataset.ts';
import { findingsOf, splitsOf } from '../dataset/derived.ts';
import { engineCall, engineStore, ensureEngine, weightsInUse } from '../engine/engine.ts';
import { isUpFor } from '../engine/engineControl.ts';
import { usingFeatures } from '../shell/featureUse.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { turnToBackboneOfNextRun } from '../training/backboneOfRun.ts';
import { extractAll } from '../training/features.ts';
import { examplesOf } from '../training/learn.ts';
import { nextRunStore } from '../training/nextRun.ts';
import { planTraining, type TrainingPlan, withoutSeen } from '../training/plan.ts';
import { isTraining, runStore } from '../training/run.ts';

export type BaselinePhase =
  | 'idle' // nothing to show but the button
  | 'preparing' // of the engine
  | 'extracting' // features that are missing
  | 'computing'
  | 'ready';

export interface BaselineState {
  readonly phase: BaselinePhase;
  readonly extract: ExtractProgress | null;
  /** While computing: those that are there. */
  readonly points: readonly LearningPoint[];
  readonly answer: Baseline | null;
  readonly error: AppError | null;
}

const FRESH: BaselineState = { phase: 'idle', extract: null, points: [], answer: null, error: null };

export const baselineStore = createStore<BaselineState>()(() => FRESH);

/** Answers for so many states of the data set are remembered: enough for a change and its undoing. */
const MOST_REMEMBERED = 8;
const remembered = new Map<string, { readonly answer: Baseline; readonly arithmetic: Arithmetic }>();

/** Of the work that goes on, or of none. */
let cancel = new AbortController();
/** State of the data set that the store speaks of. */
let shownKey = '';

/** Everything that the answer depends on, but for the arithmetic, which is not known before the engine is ready. */
function keyOf(plan: TrainingPlan): string {
  const { classWeights, seed } = nextRunStore.getState().settings;
  const lines = plan.examples.map(({ hash, classIndex, split }) => `${hash} ${classIndex} ${split}`);
  const { backbone } = preferencesStore.getState();
  return [backbone, classWeights, seed, plan.classNames.length, ...lines].join('\n');
}

function arithmeticNow(): Arithmetic {
  return engineStore.getState().report?.arithmetic ?? 'float32';
}

function currentPlan(): TrainingPlan | null {
  const { dataset, loading } = datasetStore.getState();
  if (loading || isTraining()) return null;
  if (findingsOf(dataset).some(({ severity }) => severity === 'error')) return null;
  return withoutSeen(planTraining(dataset, splitsOf(dataset)), null).plan;
}

/**
 * Shows the answer for the data set as it is, if it is known or can be had without waiting: the engine is ready, and
 * every picture has been looked at. Otherwise the store is idle. Cheap to call again.
 */
export async function considerBaseline(): Promise<void> {
  const plan = currentPlan();
  if (!plan) return drop();
  const key = keyOf(plan);
  const { phase, error } = baselineStore.getState();
  if (key === shownKey && (phase !== 'idle' || error)) return;
  drop();
  shownKey = key;
  const isOurs = weightsInUse() === preferencesStore.getState().backbone;
  const isReady = isOurs && isUpFor(null, engineStore.getState());
  const known = remembered.get(key);
  if (known && (!isReady || known.arithmetic === arithmeticNow())) return show(known.answer);
  if (!isReady) return;
  try {
    await work(key, (signal) => ask(plan, signal, { retry: false }));
  } catch (thrown) {
    // Nobody has asked: whoever does so by the button will be told.
    console.warn('no first answer', thrown);
  }
}

/** Looks at the pictures that were not looked at yet, whatever that takes, and answers. Errors end in the store. */
export async function lookNow(): Promise<void> {
  const plan = currentPlan();
  if (!plan) return;
  drop();
  try {
    await work(keyOf(plan), async (signal) => {
      baselineStore.setState({ phase: 'preparing' });
      await turnToBackboneOfNextRun();
      await ensureEngine(signal);
      baselineStore.setState({ phase: 'extracting' });
      const onProgress = (extract: ExtractProgress) => baselineStore.setState({ extract });
      return usingFeatures(async () => {
        const { plan: remaining } = await extractAll(plan, { signal, onProgress });
        baselineStore.setState({ phase: 'computing' });
        return ask(remaining, signal, { retry: true });
      });
    });
  } catch (thrown) {
    baselineStore.setState({ error: toAppError(thrown) });
  }
}

/** Gives up what is going on. What was looked at stays known. */
export function cancelBaseline(): void {
  cancel.abort();
}

function drop(): void {
  cancel.abort();
  cancel = new AbortController();
  shownKey = '';
  baselineStore.setState(FRESH);
}

function show(answer: Baseline): void {
  baselineStore.setState({ ...FRESH, phase: 'ready', answer, points: answer.points });
}

/** @throws what `getAnswer` throws, unless it was given up; the store is idle then */
async function work(
  key: string,
  getAnswer: (signal: AbortSignal) => Promise<Baseline | null>,
): Promise<void> {
  const mine = new AbortController();
  cancel = mine;
  shownKey = key;
  // Whoever came after has put the store in order.
  const isOvertaken = () => cancel !== mine;
  try {
    const answer = await getAnswer(mine.signal);
    if (isOvertaken()) return;
    if (!answer) return baselineStore.setState(FRESH);
    remember(key, answer);
    show(answer);
  } catch (thrown) {
    if (isOvertaken()) return;
    baselineStore.setState(FRESH);
    if (toAppError(thrown).code !== 'cancelled') throw thrown;
  }
}

function remember(key: string, answer: Baseline): void {
  remembered.delete(key);
  remembered.set(key, { answer, arithmetic: arithmeticNow() });
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** @returns null if pictures have not been looked at */
async function ask(
  plan: TrainingPlan,
  signal: AbortSignal,
  { retry }: { readonly retry: boolean },
): Promise<Baseline | null> {
  const { classWeights, seed } = nextRunStore.getState().settings;
  const makeArgs = () => ({
    examples: examplesOf(plan).filter(({ split }) => split !== 'test'),
    classCount: plan.classNames.length,
    arithmetic: arithmeticNow(),
    ...{ classWeights, seed },
  });
  const { answer } = await engineCall('baseline', makeArgs, {
    ...{ signal, retry },
    onProgress: ({ points }) => baselineStore.setState({ phase: 'computing', points }),
  });
  return answer;
}

// A run must never wait for an answer that is less than its own.
runStore.subscribe((state) => {
  if (isTraining(state) && shownKey !== '') drop();
});
