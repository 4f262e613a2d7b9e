/** The one-button run: look at the pictures, learn, check, keep. Views read the store and call the actions. */
import { createStore } from 'zustand/vanilla';
import type { Dataset } from '../dataset/types.ts';
import type { Metrics } from '../evaluation/types.ts';
import type {
  Arithmetic,
  ExtractProgress,
  ModelDescription,
  TrainProgress,
  TrainResult,
  TrainSnapshot,
} from '../rpc/protocol.ts';
import { AppError, toAppError } from '../shared/errors.ts';
import { DEFAULT_TRAIN_SETTINGS, type EpochMetrics, type TrainSettings } from '../shared/training.ts';
import { createBatch } from './batched.ts';
import { datasetStore, findingsOf, splitsOf } from './dataset.ts';
import { engineCall, engineStore, ensureEngine } from './engine.ts';
import { keepTrainedModel, type TrainedModel } from './models.ts';
import { navigate, navigationStore } from './navigation.ts';
import { notify, notifyError } from './notices.ts';
import { checkExactly, type ExtractWatch, extractAll } from './trainingFeatures.ts';
import { guardPage, type PageGuard } from './trainingPage.ts';
import {
  findMistakes,
  type Mistake,
  modelName,
  planTraining,
  summarizeData,
  type TrainingPlan,
} from './trainingPlan.ts';

export type TrainingPhase =
  | 'idle'
  | 'preparing'
  | 'extracting'
  | 'training'
  | 'checking'
  | 'saving'
  | 'done'
  | 'failed';

const RUNNING_PHASES: readonly TrainingPhase[] = [
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

const FRESH = {
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

export const trainingStore = createStore<TrainingState>()(() => ({
  ...FRESH,
  settings: DEFAULT_TRAIN_SETTINGS,
  review: null,
}));

/** How often the curves move. */
const SHOW_EVERY_MS = 200;

let cancel = new AbortController();
let finish = new AbortController();
let guard: PageGuard | null = null;

export function isTraining(state: TrainingState = trainingStore.getState()): boolean {
  return RUNNING_PHASES.includes(state.phase);
}

/** Changes the settings of the next run. */
export function changeTrainSettings(change: Partial<TrainSettings>): void {
  trainingStore.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

export function resetTrainSettings(): void {
  trainingStore.setState({ settings: DEFAULT_TRAIN_SETTINGS });
}

/** Drops the run. Features that were extracted stay kept, so the next run starts from there. */
export function cancelTraining(): void {
  cancel.abort();
}

/** Ends learning after the running epoch and keeps the best weights so far. */
export function finishTraining(): void {
  trainingStore.setState({ finishing: true });
  finish.abort();
}

/** Trains on the data set as it is now, unless a model still waits to be saved. Errors end in phase `failed`. */
export async function startTraining(): Promise<void> {
  if (isTraining() || trainingStore.getState().unsaved) return;
  const { dataset } = datasetStore.getState();
  const { settings } = trainingStore.getState();
  cancel = new AbortController();
  finish = new AbortController();
  trainingStore.setState({ ...FRESH, phase: 'preparing', plannedEpochs: settings.epochs });
  guard ??= guardPage();
  try {
    const trained = await train(dataset, settings);
    await save(trained.model, trained.mistakes);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'cancelled') {
      trainingStore.setState(({ phase }) => ({ ...FRESH, cancelledIn: phase }));
    } else {
      trainingStore.setState({ phase: 'failed', error });
    }
  } finally {
    releasePage();
  }
}

/** Saves a trained model again whose saving failed, for example after the person made room. */
export async function retrySave(): Promise<void> {
  const { unsaved } = trainingStore.getState();
  if (!unsaved) return;
  try {
    await save(unsaved, []);
  } catch (thrown) {
    trainingStore.setState({ phase: 'failed', error: toAppError(thrown) });
  } finally {
    releasePage();
  }
}

/** Puts the last run's outcome away, so that the view offers a new one. */
export function dismissTraining(): void {
  if (!isTraining()) trainingStore.setState(FRESH);
}

/** A model that waits to be saved is worth a warning as well. */
function releasePage(): void {
  if (trainingStore.getState().unsaved) return;
  guard?.end();
  guard = null;
}

/** Share of the running phase that is done, 0–1; null where it cannot be told. */
function phaseShare({ phase, extract, curve, plannedEpochs }: TrainingState): number | null {
  if ((phase === 'extracting' || phase === 'checking') && extract && extract.total > 0)
    return extract.done / extract.total;
  if (phase === 'training' && plannedEpochs > 0) return curve.length / plannedEpochs;
  return null;
}

trainingStore.subscribe((state) => guard?.update(phaseShare(state)));

async function train(
  dataset: Dataset,
  settings: TrainSettings,
): Promise<{ model: TrainedModel; mistakes: readonly Mistake[] }> {
  const startedAt = new Date().toISOString();
  // The view says which errors these are and does not offer the button; this is for whoever calls all the same.
  if (findingsOf(dataset).some(({ severity }) => severity === 'error')) throw new AppError('nothingToTrain');
  await ensureEngine(cancel.signal);
  trainingStore.setState({ phase: 'extracting' });
  const watch = {
    signal: cancel.signal,
    onProgress: (extract: ExtractProgress) => trainingStore.setState({ extract }),
  };
  const { plan, leftOut, arithmetic } = await extractAll(planTraining(dataset, splitsOf(dataset)), watch);
  trainingStore.setState({ phase: 'training', leftOut });
  const result = await learn({ plan, settings, arithmetic });
  trainingStore.setState({ phase: 'checking', extract: null });
  const exactMetrics = arithmetic === 'int8' ? await checkIfPossible(plan, result, watch) : null;
  const { backbone } = engineStore.getState();
  if (!backbone) throw new AppError('unexpected', { message: 'no backbone after training' });
  const now = new Date();
  const description: ModelDescription = {
    name: modelName(dataset.name, now),
    classNames: plan.classNames,
    createdAt: now.toISOString(),
    backbone,
    data: summarizeData(plan, dataset),
    settings,
    curve: result.curve,
    bestEpoch: result.bestEpoch,
    metrics: { validation: result.validation, test: result.test },
    arithmetic,
    exactMetrics,
  };
  const model: TrainedModel = {
    description,
    head: result.head,
    stopReason: result.stopReason,
    startedAt,
    elapsedMs: result.elapsedMs,
  };
  return { model, mistakes: findMistakes(plan, result.testProbabilities) };
}

type EpochProgress = Extract<TrainProgress, { kind: 'epoch' }>;

interface LearnOptions {
  readonly plan: TrainingPlan;
  readonly settings: TrainSettings;
  readonly arithmetic: Arithmetic;
}

/** A check that fails, or that the person does not want to wait for, must not cost what was learned. */
async function checkIfPossible(
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

async function learn({ plan, settings, arithmetic }: LearnOptions): Promise<TrainResult> {
  let snapshot: TrainSnapshot | null = null;
  const examples = plan.examples.map(({ hash, classIndex, split }) => ({ hash, classIndex, split }));
  // Epochs of a small data set take a few milliseconds: more than a page can draw.
  const epochs = createBatch<EpochProgress>((arrived) => {
    const last = arrived.at(-1);
    trainingStore.setState(({ curve }) => ({
      curve: [...curve, ...arrived.map(({ metrics }) => metrics)],
      bestEpoch: last?.bestEpoch ?? null,
      remainingMs: last?.remainingMs ?? null,
    }));
  }, SHOW_EVERY_MS);
  const onProgress = (progress: TrainProgress) => {
    if (progress.kind === 'epoch') epochs.add(progress);
    else snapshot = progress.snapshot;
  };
  const makeArgs = () => {
    // After a lost device the epochs since the last snapshot are done again.
    epochs.flush();
    trainingStore.setState({ curve: snapshot?.curve ?? [], bestEpoch: snapshot?.bestEpoch ?? null });
    return { examples, classNames: plan.classNames, settings, arithmetic, resumeFrom: snapshot };
  };
  const call = engineCall('train', makeArgs, {
    signal: cancel.signal,
    finishSignal: finish.signal,
    onProgress,
  });
  const result = await call.finally(() => epochs.flush());
  trainingStore.setState({ curve: result.curve, bestEpoch: result.bestEpoch, remainingMs: null });
  return result;
}

async function save(model: TrainedModel, mistakes: readonly Mistake[]): Promise<void> {
  trainingStore.setState({ phase: 'saving', unsaved: model, error: null });
  const modelId = await keepTrainedModel(model);
  trainingStore.setState({ phase: 'done', unsaved: null, modelId, review: { modelId, mistakes } });
  // Whoever went elsewhere meanwhile is told, not dragged along.
  if (navigationStore.getState().view === 'train') navigate('result', modelId);
  else
    notify({
      kind: 'success',
      messageKey: 'train:finishedElsewhere',
      values: { name: model.description.name },
      action: { labelKey: 'train:showResult', run: () => navigate('result', modelId) },
    });
}
