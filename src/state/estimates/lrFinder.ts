/** The search for a learning rate before a run: looks at the training pictures, tries rates, proposes one. */
import { createStore } from 'zustand/vanilla';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { proposeRate, type RatePoint } from '../../evaluation/lrCurve.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { datasetStore } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { engineCall, ensureEngine } from '../engine/engine.ts';
import { usingFeatures } from '../shell/featureUse.ts';
import { turnToBackboneOfNextRun } from '../training/backboneOfRun.ts';
import { extractAll } from '../training/features.ts';
import { nextRunStore } from '../training/nextRun.ts';
import { planTraining } from '../training/plan.ts';
import { isTraining, runStore } from '../training/run.ts';

export interface LrFinderState {
  readonly phase: 'idle' | 'preparing' | 'extracting' | 'testing' | 'done' | 'failed';
  readonly extract: ExtractProgress | null;
  /** Loss at each rate so far. */
  readonly points: readonly RatePoint[];
  /** Rates that are tried at most. */
  readonly total: number;
  /** null while it goes on, and where the loss did not fall clearly. */
  readonly proposal: number | null;
  readonly error: AppError | null;
}

const IDLE: LrFinderState = {
  phase: 'idle',
  extract: null,
  points: [],
  total: 0,
  proposal: null,
  error: null,
};

export const lrFinderStore = createStore<LrFinderState>()(() => IDLE);

let cancel = new AbortController();

export function isFinding({ phase }: LrFinderState = lrFinderStore.getState()): boolean {
  return phase === 'preparing' || phase === 'extracting' || phase === 'testing';
}

/** Drops the search, and what an earlier one found. */
export function cancelLrFinder(): void {
  cancel.abort();
  lrFinderStore.setState(IDLE);
}

/** With the settings and pictures as they are now, unless a run is under way. Errors end in phase `failed`. */
export async function findLearningRate(): Promise<void> {
  if (isTraining() || isFinding()) return;
  cancel = new AbortController();
  const { signal } = cancel;
  /** A search that was dropped has nothing more to say. */
  const tell = (change: Partial<LrFinderState>) => {
    if (!signal.aborted) lrFinderStore.setState(change);
  };
  tell({ ...IDLE, phase: 'preparing' });
  const { dataset } = datasetStore.getState();
  const { settings } = nextRunStore.getState();
  const find = async () => {
    await turnToBackboneOfNextRun();
    await ensureEngine(signal);
    tell({ phase: 'extracting' });
    const all = planTraining(dataset, splitsOf(dataset));
    const examples = all.examples.filter(({ split }) => split === 'train');
    const watch = { signal, onProgress: (extract: ExtractProgress) => tell({ extract }) };
    const { plan, arithmetic } = await extractAll({ ...all, examples }, watch);
    tell({ phase: 'testing' });
    const makeArgs = () => ({
      examples: plan.examples.map(({ hash, classIndex }) => ({ hash, classIndex })),
      classCount: plan.classNames.length,
      ...{ settings, arithmetic },
    });
    const points = await engineCall('findLearningRate', makeArgs, { signal, onProgress: tell });
    tell({ phase: 'done', points, proposal: proposeRate(points) });
  };
  try {
    await usingFeatures(find);
  } catch (thrown) {
    tell({ phase: 'failed', error: toAppError(thrown) });
  }
}

/** What a search takes from the settings; it has rates of its own, and ends before the first epoch would. */
const TAKEN = [
  ...(['head', 'hiddenUnits', 'dropout', 'l2', 'optimizer', 'momentum', 'nesterov', 'weightDecay'] as const),
  ...(['labelSmoothing', 'focalGamma', 'clipNorm', 'batchSize', 'accumulationSteps'] as const),
  ...(['classWeights', 'seed'] as const),
] satisfies readonly (keyof TrainSettings)[];

/** Whether what was found under one holds under the other. */
export function findsTheSame(a: TrainSettings, b: TrainSettings): boolean {
  return TAKEN.every((key) => a[key] === b[key]);
}

// A run has the machine for itself.
runStore.subscribe((now) => {
  if (isTraining(now) && isFinding()) cancelLrFinder();
});
nextRunStore.subscribe((now, before) => {
  if (!findsTheSame(now.settings, before.settings)) cancelLrFinder();
});
datasetStore.subscribe((now, before) => {
  if (now.dataset !== before.dataset) cancelLrFinder();
});
