/** The one-button run: look at the pictures, learn, check, keep. Moves the three states from one to the next. */
import type { CheckpointHeader } from '../../domain/checkpoint.ts';
import { titleOfRun } from '../../domain/networkTitle.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { loadCheckpointFacts } from '../../storage/storedCheckpoint.ts';
import { datasetStore, settleDataset, startDataset } from '../dataset/dataset.ts';
import { findingsOf, splitsOf } from '../dataset/derived.ts';
import { engineCall, engineStore, ensureEngine } from '../engine/engine.ts';
import { partFor } from '../engine/engineControl.ts';
import { keepTrainedModel } from '../models/models.ts';
import { keepRun } from '../runs/runs.ts';
import { usingFeatures } from '../shell/featureUse.ts';
import { notify } from '../shell/notices.ts';
import { checkChosenWeights, turnForRun } from './backboneOfRun.ts';
import {
  type CheckpointKeeper,
  createCheckpointKeeper,
  interruptedStore,
  lockCheckpoint,
  lookForInterrupted,
  tellElsewhere,
} from './checkpoint.ts';
import { beginControl, endControl, type RunSignals, unpauseTraining } from './control.ts';
import { extractAll, picturesOf, readAll } from './features.ts';
import { lastRunStore, type RunOutcome, toLastRun, unsavedModel } from './lastRun.ts';
import { examplesOf, type Learned, learn, plannedEpochsOf, type TrainingJob } from './learn.ts';
import { nextRunStore } from './nextRun.ts';
import { guardPage, type PageGuard } from './pageGuard.ts';
import { planTraining, summarizeData, withoutSeen } from './plan.ts';
import { makeReady } from './resume.ts';
import { beginRun, changeRun, isTraining, runStore, stepFraction } from './run.ts';
import { failedBy, tellResult, wouldFailAgain } from './runEnding.ts';
import { startOfRun } from './start.ts';
import { clearStartingPoint } from './startingPoint.ts';
import { type ComeToResult, type Trained, trainAndCheck, watchExtract } from './trainAndCheck.ts';
import { isFineTuned } from './trainedNetwork.ts';

/** What a person would be sorry to lose by one press of a button. */
const WORTH_KEEPING_MS = 60_000;

let learningSinceMs = 0;
let guard: PageGuard | null = null;
/** Of the run that is going, and of a model that waits to be saved. */
let keeper: CheckpointKeeper | null = null;

/** Trains on the data set as it is now, unless a model still waits to be saved. Errors end in the last run. */
export async function startTraining(): Promise<void> {
  const dataset = settleDataset();
  const { settings: wanted } = nextRunStore.getState();
  const startedAt = new Date().toISOString();
  const begin = { startedAt, plannedEpochs: plannedEpochsOf(wanted, null), isResumed: false };
  await runFrom(begin, async (isKept, signals) => {
    if (!isKept) notify({ kind: 'warning', messageKey: 'train:resume.otherTabTrains', topic: 'checkpoint' });
    // The view says which errors these are and does not offer the button; this is for whoever calls all the same.
    if (findingsOf(dataset).some(({ severity }) => severity === 'error'))
      throw new AppError('nothingToTrain');
    await turnForRun();
    await ensureEngine(signals.signal, partFor(wanted.fromScratch));
    checkChosenWeights(wanted);
    const { settings, ...begun } = await startOfRun(wanted);
    changeRun({ step: 'extracting' });
    // What goes on from a fine-tuned model learns on activations of its own.
    const isFromFineTuned = begun.start !== null && isFineTuned(begun.start.network);
    const augmenting = isFromFineTuned ? null : { ...settings, keepOtherViews: !isKept };
    const { plan, seenBefore } = withoutSeen(planTraining(dataset, splitsOf(dataset)), begun.startSeen);
    const { fromScratch } = settings;
    const watch = watchExtract(signals);
    const { network = null, ...extracted } = fromScratch
      ? await readAll(plan, fromScratch, watch)
      : { ...(await extractAll(plan, watch, augmenting)), network: null };
    const data = summarizeData(extracted.plan, dataset);
    // A network from scratch has none behind it that could be another one by the time that it goes on.
    const fingerprint = fromScratch ? undefined : engineStore.getState().backbone?.fingerprint;
    return {
      startedAt,
      ...extracted,
      data,
      settings: { ...settings, fromScratch: network },
      ...begun,
      seenBefore,
      resumeFrom: null,
      isKept,
      fingerprint,
    };
  });
}

/** Goes on with the interrupted run that is offered, on its own examples and settings. Errors end as above. */
export async function resumeTraining(): Promise<void> {
  const { interrupted } = interruptedStore.getState();
  if (!interrupted) return;
  await runFrom({ ...interrupted, isResumed: true }, async (isKept, signals) => {
    const job = await prepareInterrupted(interrupted, isKept, signals);
    // Noted before, since what may happen is that the whole tab goes.
    await keeper?.note({ tries: (interrupted.tries ?? 0) + 1 });
    return { ...job, isHeadKept: interrupted.isHeadKept };
  });
}

/** Makes a model of what the interrupted run has come to, without learning on. Errors end as above. */
export async function keepInterrupted(): Promise<void> {
  const { interrupted } = interruptedStore.getState();
  if (!interrupted) return;
  const prepare = (isKept: boolean, signals: RunSignals) =>
    prepareInterrupted(interrupted, isKept, signals, false);
  await runFrom({ ...interrupted, isResumed: true }, prepare, async (job, { signal }) => {
    const { examples, classNames } = job.plan;
    const pictures = await picturesOf(examples, signal);
    const { settings, arithmetic, startedAt: keptOf } = job;
    const makeArgs = () => ({
      examples: examplesOf(job.plan),
      classNames,
      settings,
      arithmetic,
      pictures,
      keptOf,
    });
    return {
      ...(await engineCall('keptResult', makeArgs, { signal, part: partFor(settings.fromScratch) })),
      tuningError: null,
    };
  });
}

async function prepareInterrupted(
  interrupted: CheckpointHeader,
  isKept: boolean,
  signals: RunSignals,
  isLearning = true,
): Promise<TrainingJob> {
  if (!isKept) {
    tellElsewhere();
    throw new AppError('cancelled');
  }
  // Another tab may have gone on with it since it was offered.
  const checkpoint = await loadCheckpointFacts();
  if (checkpoint?.startedAt !== interrupted.startedAt) throw new AppError('notFound');
  await startDataset();
  if (checkpoint.fingerprint !== undefined) await turnForRun(checkpoint.fingerprint);
  await ensureEngine(signals.signal, partFor(checkpoint.settings.fromScratch));
  changeRun({ step: 'extracting' });
  return makeReady(checkpoint, datasetStore.getState().dataset, watchExtract(signals), isLearning);
}

interface RunBegin extends Pick<CheckpointHeader, 'startedAt' | 'plannedEpochs'> {
  readonly isResumed: boolean;
}

/** @param prepare Told whether this tab may keep checkpoints. */
async function runFrom(
  { isResumed, ...begin }: RunBegin,
  prepare: (isKept: boolean, signals: RunSignals) => Promise<TrainingJob>,
  comeToResult: ComeToResult = learnOn,
): Promise<void> {
  if (isTraining() || unsavedModel()) return;
  const signals = beginControl();
  const startMs = performance.now();
  lastRunStore.setState({ last: null });
  beginRun(begin);
  interruptedStore.setState({ interrupted: null });
  guard ??= guardPage();
  let job: TrainingJob | null = null;
  let trained: Trained | null = null;
  try {
    const lock = await lockCheckpoint();
    keeper = await createCheckpointKeeper(lock, begin.startedAt);
    const isKept = keeper.isOurs;
    trained = await usingFeatures(async () => {
      const ready = { ...(await prepare(lock.isOurs, signals)), isKept };
      job = ready;
      learningSinceMs = performance.now();
      return trainAndCheck(ready, signals, comeToResult, startMs);
    });
    await save(trained);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (trained) end({ kind: 'unsaved', error, ...trained });
    else await fail(error, job, isResumed, comeToResult === learnOn);
  } finally {
    endControl();
    await conclude();
  }
}

/** The run is over: what is left of it becomes the last run. @param outcome null: as if it had not been */
function end(outcome: RunOutcome | null): void {
  const { run } = runStore.getState();
  if (run && outcome) lastRunStore.setState({ last: toLastRun(run, outcome) });
  runStore.setState({ run: null });
}

/** @param isLearning false where what was learned before was only to be measured and kept */
async function fail(
  error: AppError,
  learning: TrainingJob | null,
  isResumed: boolean,
  isLearning: boolean,
): Promise<void> {
  const { run } = runStore.getState();
  if (!run) return;
  const { startedAt, step, curve, bestEpoch } = run;
  const isCancelled = error.code === 'cancelled';
  // A run that goes on gives up nothing before it learns again; one that got out of hand would do so again.
  const isOver = isCancelled
    ? isLearning && step === 'training'
    : error.code === 'notFinite' && Boolean(error.details.epoch);
  const keptMs = learning?.resumeFrom?.facts.curve.at(-1)?.elapsedMs ?? 0;
  const workedMs = Math.max(keptMs, curve.at(-1)?.elapsedMs ?? 0, performance.now() - learningSinceMs);
  // One press must not cost an hour, nor a second failure what an earlier one had left.
  const isWorthKeeping = isCancelled ? workedMs >= WORTH_KEEPING_MS : isResumed;
  if (isOver && !isWorthKeeping) await keeper?.forget();
  else if (isOver || !isCancelled)
    await keeper?.note({ fate: isCancelled ? { kind: 'cancelled' } : failedBy(error) });
  if (isOver && learning) {
    const { settings, data, arithmetic, startedFrom } = learning;
    const elapsedMs = curve.at(-1)?.elapsedMs ?? 0;
    const stopReason = isCancelled ? 'cancelled' : 'notFinite';
    const ended = { startedAt, elapsedMs, curve, bestEpoch, stopReason } as const;
    const networkTitle = titleOfRun(learning, engineStore.getState().networks);
    await keepRun({ ...ended, settings, data, arithmetic, startedFrom, networkTitle });
  }
  if (!isCancelled) end({ kind: 'failed', error });
  else end(isResumed && !isOver ? null : { kind: 'cancelled', step });
}

/** Saves a trained model again whose saving failed, for example after the person made room. */
export async function retrySave(): Promise<void> {
  const { last } = lastRunStore.getState();
  if (last?.outcome.kind !== 'unsaved') return;
  const { outcome, startedAt, ...left } = last;
  lastRunStore.setState({ last: null });
  beginRun({ startedAt, plannedEpochs: last.curve.length }, { ...left, step: 'saving' });
  try {
    await save(outcome);
  } catch (thrown) {
    end({ ...outcome, error: toAppError(thrown) });
  } finally {
    await conclude();
  }
}

/** Goes on without a model that could not be saved here, once it is in a file. */
export async function letGo(): Promise<void> {
  const outcome = lastRunStore.getState().last?.outcome;
  if (outcome?.kind !== 'unsaved' || !outcome.isInFile) return;
  lastRunStore.setState({ last: null });
  await keeper?.forget();
  await conclude();
}

/**
 * After the last step: who waits is led to the result, whatever becomes of the checkpoint. A model that waits to be saved is
 * worth a warning as well, and its checkpoint until then.
 */
async function conclude(): Promise<void> {
  tellResult();
  if (unsavedModel()) return;
  guard?.end();
  guard = null;
  const ending = keeper;
  keeper = null;
  const outcome = lastRunStore.getState().last?.outcome;
  if (outcome?.kind === 'done') {
    const { tuningError } = outcome;
    if (tuningError && !wouldFailAgain(tuningError))
      await ending?.note({ fate: failedBy(tuningError), isHeadKept: true });
    else await ending?.forget();
  }
  ending?.end();
  void lookForInterrupted();
}

runStore.subscribe(({ run }) => guard?.update(run && stepFraction(run), run?.paused ?? false));

function learnOn(job: TrainingJob, signals: RunSignals): Promise<Learned> {
  return learn(job, {
    ...signals,
    onLearned: changeRun,
    onExtract: (extract) => changeRun({ extract }),
    onNotKept: (error) => keeper?.tellNotKept(error),
  });
}

async function save({ model, mistakes, quickAnswers, tuningError }: Trained): Promise<void> {
  // Saving does not wait: a pause that came too late for the last batch is over.
  unpauseTraining();
  changeRun({ step: 'saving' });
  const modelId = await keepTrainedModel(model);
  // The next run begins afresh unless the person chooses again.
  if (model.startedFrom !== undefined) clearStartingPoint();
  lastRunStore.setState({ review: { modelId, mistakes, quickAnswers } });
  end({ kind: 'done', modelId, name: model.description.name, tuningError });
}
