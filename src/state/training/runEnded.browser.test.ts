import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FINE_TUNE } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import {
  curveTo,
  handOut,
  metricsOf,
  resultOf,
  snapshotAt,
  WHOLE_CHECK,
} from '../../testing/rpc/trainingEngine.ts';
import { until } from '../../testing/until.ts';
import { datasetStore, deleteClass, undo } from '../dataset/dataset.ts';
import { interruptedStore } from './checkpoint.ts';
import { cancelTraining, finishTraining, pauseTraining, unpauseTraining } from './control.ts';
import { dismissLastRun } from './lastRun.ts';
import { changeTrainSettings } from './nextRun.ts';
import { runStore } from './run.ts';
import { keepInterrupted, resumeTraining, startTraining } from './training.ts';

// Other test files use the same database: each keeps to its own data set.
const NAME = 'state-run-ended-test';
const { engine, models, runs, run, last, notices, stepIs, reset, clear } = await openTrainingPage(NAME);

beforeEach(reset);
afterEach(clear);

describe('a run that is not to go on', () => {
  it('leaves nothing when it is cancelled before it learns', async () => {
    engine.extract.mockImplementationOnce(() => new Promise(() => undefined));
    const running = startTraining();
    await stepIs('extracting');
    cancelTraining();
    await running;
    expect(last()?.outcome).toEqual({ kind: 'cancelled', step: 'extracting' });
    expect([await models(), await runs(), notices()]).toEqual([[], [], []]);
    dismissLastRun();
    expect(last()).toBeNull();
  });

  it('is kept without a model when it is cancelled as it learns, and not offered again', async () => {
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      for (const metrics of curveTo(2)) {
        progress({ kind: 'epoch', metrics, bestEpoch: metrics.epoch, remainingMs: 5 });
      }
      handOut(args, progress, snapshotAt(2));
      return new Promise(() => undefined);
    });
    const running = startTraining();
    await until(async () => expect(await loadCheckpoint()).not.toBeNull());
    cancelTraining();
    await running;
    expect(last()).toMatchObject({ outcome: { kind: 'cancelled', step: 'training' }, curve: [] });
    expect(await runs()).toMatchObject([{ modelId: null, stopReason: 'cancelled', curve: curveTo(2) }]);
    expect([await models(), await loadCheckpoint()]).toEqual([[], null]);
  });

  it('that had learned for more than a minute can go on, or be kept, after it was cancelled', async () => {
    const hour = { ...snapshotAt(2), curve: curveTo(2).map((one) => ({ ...one, elapsedMs: 3_600_000 })) };
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      for (const metrics of hour.curve) progress({ kind: 'epoch', metrics, bestEpoch: 2, remainingMs: 5 });
      handOut(args, progress, hour);
      return new Promise(() => undefined);
    });
    const running = startTraining();
    await until(async () => expect(await loadCheckpoint()).not.toBeNull());
    await until(() => expect(run()?.curve).toHaveLength(2));
    cancelTraining();
    await running;
    await until(() => expect(interruptedStore.getState().interrupted?.fate).toEqual({ kind: 'cancelled' }));
    await keepInterrupted();
    expect(engine.keptResult.mock.calls[0]?.[0].keptOf).toBe((await runs())[0]?.startedAt);
    expect(await models()).toHaveLength(1);
    expect([last()?.outcome.kind, await loadCheckpoint()]).toEqual(['done', null]);
  });

  it('keeps its head where the second phase fails, and can try that again', async () => {
    changeTrainSettings({ fineTune: DEFAULT_FINE_TUNE });
    engine.fineTune.mockImplementationOnce(async (args, { progress }) => {
      handOut(args, progress, { ...snapshotAt(3), phase: 'fineTune' });
      await until(async () => expect((await loadCheckpoint())?.snapshot.phase).toBe('fineTune'));
      throw new AppError('unexpected', { message: 'on purpose' });
    });
    await startTraining();
    expect(last()?.outcome).toMatchObject({ kind: 'done', tuningError: { code: 'unexpected' } });
    expect(await models()).toHaveLength(1);
    expect(notices()).toMatchObject([{ messageKey: 'train:tuningDropped.failed' }]);
    await until(() =>
      expect(interruptedStore.getState().interrupted).toMatchObject({
        ...{ isHeadKept: true, phase: 'fineTune', fate: { kind: 'failed', code: 'unexpected' } },
      }),
    );
    // A failing resume is counted, deletes nothing and is offered again.
    engine.fineTune.mockRejectedValueOnce(new AppError('notFinite', { epoch: 4, phase: 'fineTune' }));
    await resumeTraining();
    await until(() =>
      expect(interruptedStore.getState().interrupted).toMatchObject({
        tries: 1,
        fate: { code: 'notFinite' },
      }),
    );
    await resumeTraining();
    expect(last()?.outcome).toMatchObject({ kind: 'done', tuningError: null });
    expect([await loadCheckpoint(), (await models()).length]).toEqual([null, 2]);
  });

  it('keeps what it has when it is stopped early', async () => {
    engine.train.mockImplementationOnce(async (args, { finishSignal }) => {
      await new Promise((resolve) => finishSignal.addEventListener('abort', resolve));
      return { ...resultOf(args), stopReason: 'finishedByPerson' };
    });
    const running = startTraining();
    await stepIs('training');
    finishTraining();
    expect(run()?.finishing).toBe(true);
    await running;
    expect(await runs()).toMatchObject([
      { stopReason: 'finishedByPerson', modelId: expect.any(String) as string },
    ]);
  });

  it('rests until it is to go on, and the next one does not begin at rest', async () => {
    let passed = 0;
    engine.train.mockImplementation(async (args, { pauseGate }) => {
      await until(() => expect(passed > 0 || pauseGate.isPaused).toBe(true));
      await pauseGate.wait();
      passed += 1;
      return resultOf(args);
    });
    const running = startTraining();
    await stepIs('training');
    pauseTraining();
    expect(run()?.paused).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(passed).toBe(0);
    unpauseTraining();
    await running;
    await startTraining();
    expect(passed).toBe(2);
  });

  it('is saved without rest where it was to rest too late', async () => {
    const resting: [string, boolean][] = [];
    const stop = runStore.subscribe(({ run: now }) => now && resting.push([now.step, now.paused]));
    engine.checkExactly.mockImplementationOnce(async () => {
      pauseTraining();
      return { check: WHOLE_CHECK, metrics: metricsOf(0.25) };
    });
    await startTraining();
    stop();
    expect(resting).toContainEqual(['checking', true]);
    expect(resting.at(-1)).toEqual(['saving', false]);
    expect(await models()).toHaveLength(1);
  });
});

describe('a run that cannot begin', () => {
  it('says that there is nothing to train, and asks the engine for nothing', async () => {
    deleteClass(datasetStore.getState().dataset.classes[1]?.id ?? '');
    await startTraining();
    undo();
    expect(last()).toMatchObject({
      outcome: { kind: 'failed', error: { code: 'nothingToTrain' } },
      settings: null,
    });
    expect(engine.extract).not.toHaveBeenCalled();
  });

  it('names the class of which no picture can be decoded', async () => {
    const failed = [0, 1, 2].map((index) => `${NAME}/train/dogs/${index}.png`);
    engine.extract.mockResolvedValueOnce({ extracted: 7, reused: 0, failed, elapsedMs: 1 });
    await startTraining();
    expect(last()?.outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'classTooSmall', details: { className: 'dogs' } },
    });
    expect([engine.train.mock.calls, await runs()]).toEqual([[], []]);
  });
});
