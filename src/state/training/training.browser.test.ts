import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { getModel } from '../../storage/storedModels.ts';
import { createGate } from '../../testing/gate.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import { PREPARED } from '../../testing/rpc/pageWorkers.ts';
import {
  curveTo,
  handOut,
  headOf,
  metricsOf,
  resultOf,
  resumedFrom,
  snapshotAt,
  WHOLE_CHECK,
} from '../../testing/rpc/trainingEngine.ts';
import { until } from '../../testing/until.ts';
import { navigationStore } from '../shell/navigation.ts';
import { interruptedStore } from './checkpoint.ts';
import { checkAllPictures, fullCheckStore } from './exactCheck.ts';
import { lastRunStore } from './lastRun.ts';
import { changeTrainSettings } from './nextRun.ts';
import { runStore } from './run.ts';
import { startTraining } from './training.ts';

// Other test files use the same database: each keeps to its own data set.
const NAME = 'state-training-test';
const { engine, models, runs, run, last, notices, stepIs, reset, clear } = await openTrainingPage(NAME);

beforeEach(reset);
afterEach(clear);

describe('a run', () => {
  it('looks at the pictures, learns, checks and keeps the model', async () => {
    const steps: string[] = [];
    const stop = runStore.subscribe(({ run: now }) => {
      if (now && now.step !== steps.at(-1)) steps.push(now.step);
    });
    await startTraining();
    stop();
    expect(steps).toEqual(['preparing', 'extracting', 'training', 'checking', 'saving']);
    expect(
      engine.extract.mock.calls.map(([{ pictures, arithmetic }]) => [pictures.length, arithmetic]),
    ).toEqual([[10, 'int8']]);
    const asked = engine.train.mock.calls[0]?.[0];
    expect(asked).toMatchObject({
      ...{ classNames: ['cats', 'dogs'], settings: DEFAULT_TRAIN_SETTINGS, arithmetic: 'int8' },
      ...{ start: null, resumeFrom: null },
    });
    expect(asked?.examples[0]).toEqual({ hash: `${NAME}/train/cats/0.png`, classIndex: 0, split: 'train' });
    const splits = asked?.examples.map(({ split }) => split);
    expect(splits?.filter((split) => split === 'train')).toHaveLength(6);
    const checked = engine.checkExactly.mock.calls[0]?.[0];
    // Two of test, which the run took for the first class.
    expect(checked?.examples.map(({ predictedIndex }) => predictedIndex)).toEqual([0, 0]);
    expect(checked?.examples.map(({ classIndex }) => classIndex).toSorted()).toEqual([0, 1]);
    expect(checked?.limitMs).toBeGreaterThanOrEqual(10_000);

    const [model, ...others] = await models();
    expect(others).toEqual([]);
    const counts = { train: 3, validation: 1, test: 1 };
    expect(model).toMatchObject({
      ...{ classNames: ['cats', 'dogs'], curve: curveTo(3), bestEpoch: 3, arithmetic: 'int8' },
      ...{ backbone: PREPARED.backbone, settings: DEFAULT_TRAIN_SETTINGS },
      data: {
        ...{ name: NAME, seed: 1, splitSource: 'folders' },
        counts: [
          { className: 'cats', ...counts },
          { className: 'dogs', ...counts },
        ],
      },
      metrics: { validation: metricsOf(0.75), test: metricsOf(0.5) },
      exactMetrics: metricsOf(0.25),
    });
    expect((await getModel(model?.id ?? '')).head).toEqual(headOf(2));
    expect(await runs()).toMatchObject([{ modelId: model?.id, stopReason: 'allEpochs', curve: curveTo(3) }]);
  });

  it('is told as done, with its mistakes, and shows its result', async () => {
    await startTraining();
    const modelId = (await models())[0]?.id ?? '';
    expect(run()).toBeNull();
    expect(last()).toMatchObject({ outcome: { kind: 'done', modelId }, curve: curveTo(3), bestEpoch: 3 });
    expect(lastRunStore.getState().review).toEqual({
      modelId,
      mistakes: [
        {
          ...{ hash: `${NAME}/test/dogs/4.png`, pictureName: '4.png', trueClass: 'dogs' },
          ...{ predictedClass: 'cats', probability: Math.fround(0.9) },
        },
      ],
      quickAnswers: [
        { hash: `${NAME}/test/cats/4.png`, classIndex: 0, predictedIndex: 0 },
        { hash: `${NAME}/test/dogs/4.png`, classIndex: 1, predictedIndex: 0 },
      ],
    });
    expect(location.hash).toBe(`#/result/${modelId}`);
    expect(notices()).toEqual([]);
  });

  it('that ends while the person is elsewhere says so, and leaves them there', async () => {
    navigationStore.setState({ view: 'pictures', param: null });
    location.hash = '#/pictures';
    await startTraining();
    expect(location.hash).toBe('#/pictures');
    const [notice] = notices();
    expect(notice).toMatchObject({ messageKey: 'train:finishedElsewhere' });
    if (notice?.error === null) notice.action?.run();
    expect(location.hash).toBe(`#/result/${(await models())[0]?.id}`);
  });

  it('is one at a time, and has its own copy of the settings', async () => {
    const { opened, open } = createGate();
    engine.train.mockImplementationOnce(async (args) => {
      await opened;
      return resultOf(args);
    });
    changeTrainSettings({ epochs: 7 });
    const first = startTraining();
    await stepIs('training');
    await startTraining();
    changeTrainSettings({ epochs: 9 });
    expect(run()).toMatchObject({ settings: { epochs: 7 }, plannedEpochs: 7 });
    open();
    await first;
    expect(engine.train).toHaveBeenCalledOnce();
    expect((await models())[0]?.settings.epochs).toBe(7);
  });

  it('goes on from its last snapshot when the engine dies', async () => {
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      handOut(args, progress, snapshotAt(2));
      return new Promise(() => undefined);
    });
    const running = startTraining();
    await until(async () => expect((await loadCheckpoint())?.snapshot.epoch).toBe(2));
    engine.kill('engine');
    await running;
    expect(engine.train.mock.calls.map(([args]) => resumedFrom(args))).toEqual([null, last()?.startedAt]);
    expect(last()?.outcome.kind).toBe('done');
    // Nobody needs it any more.
    expect(await loadCheckpoint()).toBeNull();
    expect(interruptedStore.getState().interrupted).toBeNull();
  });

  it('does without pictures that cannot be decoded after all, and names them', async () => {
    const bad = `${NAME}/train/cats/1.png`;
    engine.extract.mockResolvedValueOnce({ extracted: 9, reused: 0, failed: [bad], elapsedMs: 1 });
    await startTraining();
    expect(engine.train.mock.calls[0]?.[0].examples.some(({ hash }) => hash === bad)).toBe(false);
    expect(last()).toMatchObject({ outcome: { kind: 'done' }, leftOut: [bad] });
  });

  it('whose check had no time for all is known in part, and in whole when a person asks', async () => {
    const check = { ...WHOLE_CHECK, checked: 1, onlyQuick: 0, difference: [-0.75, 0.5] as const };
    engine.checkExactly.mockResolvedValueOnce({ check, metrics: null });
    await startTraining();
    const [model] = await models();
    expect(model).toMatchObject({ exactCheck: check, exactMetrics: null });
    await checkAllPictures();
    const asked = engine.checkExactly.mock.calls.map(([args]) => args);
    expect(asked.map(({ limitMs }) => limitMs === null)).toEqual([false, true]);
    expect(asked[1]?.examples).toEqual(asked[0]?.examples);
    expect(asked[1]?.head).toEqual(asked[0]?.head);
    expect(await models()).toMatchObject([
      { id: model?.id, exactCheck: WHOLE_CHECK, exactMetrics: metricsOf(0.25), updatedAt: model?.updatedAt },
    ]);
    expect(fullCheckStore.getState()).toEqual({ modelId: null, extract: null, error: null });
  });

  it('has the features computed again that went with an engine that was started again, once', async () => {
    engine.train.mockRejectedValueOnce(new AppError('notFound'));
    await startTraining();
    expect(last()?.outcome.kind).toBe('done');
    expect(engine.extract).toHaveBeenCalledTimes(2);
    engine.train.mockRejectedValueOnce(new AppError('notFound'));
    engine.train.mockRejectedValueOnce(new AppError('notFound'));
    await startTraining();
    expect(last()?.outcome).toMatchObject({ kind: 'failed', error: { code: 'notFound' } });
  });

  it('whose check of all fails says so, and still knows its part', async () => {
    await startTraining();
    const known = await models();
    engine.checkExactly.mockRejectedValueOnce(new AppError('notFound'));
    await checkAllPictures();
    expect(fullCheckStore.getState()).toMatchObject({ modelId: null, error: { code: 'notFound' } });
    expect(await models()).toEqual(known);
  });

  it('whose check fails keeps the model all the same', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    engine.checkExactly.mockRejectedValueOnce(new AppError('pictureUnreadable'));
    await startTraining();
    error.mockRestore();
    expect((await models())[0]?.exactMetrics).toBeNull();
    expect(notices()).toMatchObject([{ error: { code: 'pictureUnreadable' } }]);
  });
});
