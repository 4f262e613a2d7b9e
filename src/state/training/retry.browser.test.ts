import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import { curveTo, resultOf } from '../../testing/rpc/trainingEngine.ts';
import { interruptedStore } from './checkpoint.ts';
import { lastRunStore } from './lastRun.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';
import { startAtTenthOfRate } from './retry.ts';
import { startTraining } from './training.ts';

// Other test files use the same database: each keeps to its own data set.
const NAME = 'state-retry-test';
const { engine, models, runs, last, reset, clear } = await openTrainingPage(NAME);

/** Gets out of hand in its second epoch. */
async function diverge(): Promise<void> {
  engine.train.mockImplementationOnce(async (_args, { progress }) => {
    for (const metrics of curveTo(1)) progress({ kind: 'epoch', metrics, bestEpoch: 1, remainingMs: 1 });
    throw new AppError('notFinite', { epoch: 2 });
  });
  await startTraining();
}

beforeEach(reset);
afterEach(clear);

describe('a run that got out of hand', () => {
  it('is kept without a model, with its curve to look at, and is not offered again', async () => {
    await diverge();
    expect(last()).toMatchObject({
      outcome: { kind: 'failed', error: { code: 'notFinite', details: { epoch: 2 } } },
      ...{ curve: curveTo(1), bestEpoch: 1 },
    });
    expect(await runs()).toMatchObject([{ modelId: null, stopReason: 'notFinite', curve: curveTo(1) }]);
    expect([await models(), await loadCheckpoint()]).toEqual([[], null]);
    expect(interruptedStore.getState().interrupted).toBeNull();
  });

  it('is tried again at a tenth of the rate that it had, and whatever else is set by now', async () => {
    changeTrainSettings({ learningRate: 0.5 });
    await diverge();
    changeTrainSettings({ learningRate: 0.4, epochs: 11 });
    await startAtTenthOfRate();
    expect(engine.train.mock.calls.map(([{ settings }]) => [settings.learningRate, settings.epochs])).toEqual(
      [
        [0.5, 40],
        [0.05, 11],
      ],
    );
    expect(last()?.outcome.kind).toBe('done');
    expect(nextRunStore.getState().settings.learningRate).toBe(0.05);
    expect(await runs()).toHaveLength(2);
  });

  it('has a tenth again when that is too much as well', async () => {
    changeTrainSettings({ learningRate: 0.5 });
    await diverge();
    engine.train.mockRejectedValueOnce(new AppError('notFinite', { epoch: 1 }));
    await startAtTenthOfRate();
    engine.train.mockImplementation(async (args) => resultOf(args));
    await startAtTenthOfRate();
    expect(engine.train.mock.calls.map(([{ settings }]) => settings.learningRate)).toEqual([
      0.5, 0.05, 0.005,
    ]);
  });
});

describe('another try at a tenth of the rate', () => {
  it('is none after any other end', async () => {
    await startAtTenthOfRate();
    engine.train.mockRejectedValueOnce(new AppError('weightsNetwork'));
    await startTraining();
    await startAtTenthOfRate();
    expect(engine.train).toHaveBeenCalledOnce();
    await startTraining();
    const before = nextRunStore.getState().settings;
    await startAtTenthOfRate();
    expect(engine.train).toHaveBeenCalledTimes(2);
    expect(nextRunStore.getState().settings).toBe(before);
    expect(lastRunStore.getState().last?.outcome.kind).toBe('done');
  });
});
