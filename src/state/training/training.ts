/** The one-button run: look at the pictures, learn, check, keep. Views read the store and call the actions. */
import { createStore } from 'zustand/vanilla';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { datasetStore, findingsOf, splitsOf, startDataset } from '../dataset/dataset.ts';
import { engineStore, ensureEngine } from '../engine/engine.ts';
import { keepTrainedModel, type TrainedModel } from '../models/models.ts';
import { keepRun } from '../runs/runs.ts';
import { navigate, navigationStore } from '../shell/navigation.ts';
import { notify } from '../shell/notices.ts';
import {
  type CheckpointKeeper,
  createCheckpointKeeper,
  type InterruptedRun,
  interruptedStore,
  lockCheckpoint,
  lookForInterrupted,
  tellElsewhere,
} from './checkpoint.ts';
import { type ExtractWatch, extractAll } from './features.ts';
import { checkIfPossible, examplesOf, learn, plannedEpochsOf, type TrainingJob } from './learn.ts';
import { toTrainedModel } from './outcome.ts';
import { guardPage, type PageGuard } from './page.ts';
import { createRunPause } from './pause.ts';
import { findMistakes, type Mistake, planTraining, summarizeData } from './plan.ts';
import { makeReady } from './resume.ts';
import { startOfRun } from './start.ts';
import { clearStartingPoint } from './startingPoint.ts';
import { FRESH, isPausable, phaseFraction, RUNNING_PHASES, type TrainingState } from './store.ts';
import { isFineTuned } from './trainedNetwork.ts';

export const trainingStore = createStore<TrainingState>()(() => ({
  ...FRESH,
  settings: DEFAULT_TRAIN_SETTINGS,
  review: null,
}));

let cancel = new AbortController();
let finish = new AbortController();
const rest = createRunPause((paused) => trainingStore.setState({ paused }));
let guard: PageGuard | null = null;
/** Of the running run, and of a model that waits to be saved. */
let keeper: CheckpointKeeper | null = null;
let startedAt = '';
/** The run that is learning, or learned last. */
let learning: TrainingJob | null = null;

export function isTraining(state: TrainingState = trainingStore.getState()): boolean {
  return RUNNING_PHASES.includes(state.phase);
}

/** Changes the settings of the next run. */
export function changeTrainSettings(change: Partial<TrainSettings>): void {
  trainingStore.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

/** All but augmentation and fine-tuning, which have panels of their own. */
export function resetTrainSettings(): void {
  const { augmentation, fineTune } = trainingStore.getState().settings;
  trainingStore.setState({ settings: { ...DEFAULT_TRAIN_SETTINGS, augmentation, fineTune } });
}

/** Drops the run. Features that were extracted stay kept, so the next run starts from there. */
export function cancelTraining(): void {
  cancel.abort();
}

/** Ends learning after the running epoch and keeps the best weights so far. */
export function finishTraining(): void {
  trainingStore.setState({ finishing: true });
  finish.abort();
  rest.set(false);
}

/** Lets the run rest until `continueTraining`, also through a restart of the engine. */
export function pauseTraining(): void {
  const { phase, finishing } = trainingStore.getState();
  if (isPausable(phase, finishing)) rest.set(true);
}

export function continueTraining(): void {
  rest.set(false);
}

/** Trains on the data set as it is now, unless a model still waits to be saved. Errors end in phase `failed`. */
export async function startTraining(): Promise<void> {
  const { dataset } = datasetStore.getState();
  const { settings: wanted } = trainingStore.getState();
  const fresh = {
    startedAt: new Date().toISOString(),
    plannedEpochs: plannedEpochsOf(wanted, null),
    isResumed: false,
  };
  await run(fresh, async (isKept) => {
    if (!isKept) notify({ kind: 'warning', messageKey: 'train:resume.otherTabTrains', topic: 'checkpoint' });
    // The view says which errors these are and does not offer the button; this is for whoever calls all the same.
    if (findingsOf(dataset).some(({ severity }) => severity === 'error'))
      throw new AppError('nothingToTrain');
    await ensureEngine(cancel.signal);
    const { settings, ...begun } = await startOfRun(wanted);
    trainingStore.setState({ phase: 'extracting' });
    // What goes on from a fine-tuned model learns on activations of its own.
    const isFromFineTuned = begun.start !== null && isFineTuned(begun.start.network);
    const augmenting = isFromFineTuned ? null : { ...settings, keepOtherViews: !isKept };
    const plan = planTraining(dataset, splitsOf(dataset));
    const extracted = await extractAll(plan, watchExtract(), augmenting);
    return {
      startedAt,
      ...extracted,
      data: summarizeData(extracted.plan, dataset),
      settings,
      ...begun,
      resumeFrom: null,
    };
  });
}

/** Goes on with the interrupted run that is offered, on its own examples and settings. Errors end as above. */
export async function resumeTraining(): Promise<void> {
  const { interrupted } = interruptedStore.getState();
  if (!interrupted) return;
  await run({ ...interrupted, isResumed: true }, async (isKept) => {
    if (!isKept) {
      tellElsewhere();
      throw new AppError('cancelled');
    }
    // Another tab may have gone on with it since it was offered.
    const checkpoint = await loadCheckpoint();
    if (checkpoint?.startedAt !== startedAt) throw new AppError('notFound');
    await startDataset();
    await ensureEngine(cancel.signal);
    trainingStore.setState({ phase: 'extracting' });
    return makeReady(checkpoint, datasetStore.getState().dataset, watchExtract());
  });
}

interface RunBegin extends Pick<InterruptedRun, 'startedAt' | 'plannedEpochs'> {
  readonly isResumed: boolean;
}

/** @param prepare Told whether this tab may keep checkpoints. */
async function run(start: RunBegin, prepare: (isKept: boolean) => Promise<TrainingJob>): Promise<void> {
  if (isTraining() || trainingStore.getState().unsaved) return;
  cancel = new AbortController();
  finish = new AbortController();
  startedAt = start.startedAt;
  learning = null;
  trainingStore.setState({ ...FRESH, phase: 'preparing', plannedEpochs: start.plannedEpochs });
  interruptedStore.setState({ interrupted: null });
  guard ??= guardPage();
  rest.begin();
  try {
    const lock = await lockCheckpoint();
    keeper = createCheckpointKeeper(lock);
    const job = await prepare(lock.isOurs);
    const trained = await train(job);
    await save(trained.model, trained.mistakes);
  } catch (thrown) {
    await fail(toAppError(thrown), start.isResumed);
  } finally {
    rest.end();
    await release();
  }
}

async function fail(error: AppError, isResumed: boolean): Promise<void> {
  const { phase, curve, bestEpoch } = trainingStore.getState();
  const isCancelled = error.code === 'cancelled';
  // A run that goes on gives up nothing before it learns again; one that got out of hand would do so again.
  const isOver = isCancelled
    ? phase === 'training'
    : error.code === 'notFinite' && Boolean(error.details.epoch);
  if (isOver) await keeper?.forget(startedAt);
  if (isOver && learning) {
    const { settings, data, arithmetic, startedFrom } = learning;
    const elapsedMs = curve.at(-1)?.elapsedMs ?? 0;
    const stopReason = isCancelled ? 'cancelled' : 'notFinite';
    const ended = { startedAt, elapsedMs, curve, bestEpoch, stopReason } as const;
    await keepRun({ ...ended, settings, data, arithmetic, startedFrom });
  }
  if (!isCancelled) trainingStore.setState({ phase: 'failed', error });
  else trainingStore.setState({ ...FRESH, cancelledIn: isResumed && !isOver ? null : phase });
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
    await release();
  }
}

/** Puts the last run's outcome away, so that the view offers a new one. */
export function dismissTraining(): void {
  if (!isTraining()) trainingStore.setState(FRESH);
}

/** A model that waits to be saved is worth a warning as well, and its checkpoint until then. */
async function release(): Promise<void> {
  if (trainingStore.getState().unsaved) return;
  guard?.end();
  guard = null;
  const ending = keeper;
  keeper = null;
  await ending?.end();
  void lookForInterrupted();
}

trainingStore.subscribe((state) => guard?.update(phaseFraction(state), state.paused));

function watchExtract(): ExtractWatch {
  return {
    signal: cancel.signal,
    pause: rest.pause,
    onProgress: (extract) => trainingStore.setState({ extract }),
  };
}

async function train(job: TrainingJob): Promise<{ model: TrainedModel; mistakes: readonly Mistake[] }> {
  const { plan, data, settings, arithmetic, leftOut } = job;
  const { classNames } = plan;
  const examples = examplesOf(plan);
  learning = job;
  trainingStore.setState({ phase: 'training', extract: null, leftOut, lastSettings: settings });
  const result = await learn(job, {
    signal: cancel.signal,
    finishSignal: finish.signal,
    pause: rest.pause,
    onLearned: (learned) => trainingStore.setState(learned),
    onExtract: (extract) => trainingStore.setState({ extract }),
    onSnapshot: (snapshot) =>
      keeper?.keep({
        ...{ startedAt, data, classNames, examples, settings, arithmetic, snapshot },
        startedFrom: job.startedFrom,
        fingerprint: engineStore.getState().backbone?.fingerprint,
        savedAt: new Date().toISOString(),
        plannedEpochs: trainingStore.getState().plannedEpochs,
      }),
  });
  trainingStore.setState({ phase: 'checking', extract: null });
  const exactMetrics = arithmetic === 'int8' ? await checkIfPossible(plan, result, watchExtract()) : null;
  const model = toTrainedModel(job, result, exactMetrics, new Date());
  return { model, mistakes: findMistakes(plan, result.testProbabilities) };
}

async function save(model: TrainedModel, mistakes: readonly Mistake[]): Promise<void> {
  // Saving does not wait: a pause that came too late for the last batch is over.
  rest.set(false);
  trainingStore.setState({ phase: 'saving', unsaved: model, error: null });
  const modelId = await keepTrainedModel(model);
  await keeper?.forget(startedAt);
  // The next run begins afresh unless the person chooses again.
  if (model.startedFrom !== undefined) clearStartingPoint();
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
