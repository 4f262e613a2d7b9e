import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { CheckpointRecord } from '../../domain/checkpoint.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import { handOut, resultOf, snapshotAt } from '../../testing/rpc/trainingEngine.ts';
import { leaveCheckpoint } from '../../testing/storage/checkpoints.ts';
import { until } from '../../testing/until.ts';
import { datasetStore, deletePictures, undo } from '../dataset/dataset.ts';
import { interruptedStore, lockCheckpoint, lookForInterrupted } from './checkpoint.ts';
import { cancelTraining } from './control.ts';
import { changeTrainSettings } from './nextRun.ts';
import { keepInterrupted, resumeTraining, startTraining } from './training.ts';

// Other test files use the same database: each keeps to its own data set.
const NAME = 'state-resume-test';
const { engine, models, runs, run, last, notices, stepIs, reset, clear } = await openTrainingPage(NAME);

const STARTED_AT = '2026-01-01T00:00:00.000Z';
const hash = (split: string, className: string, index: number) =>
  `${NAME}/${split}/${className}/${index}.png`;
/** Of a run over fewer pictures than the data set has by now. */
const checkpoint: CheckpointRecord = {
  ...{ startedAt: STARTED_AT, savedAt: '2026-01-01T01:00:00.000Z', plannedEpochs: 12 },
  data: { name: NAME, counts: [], seed: 5, splitSource: 'fractions' },
  classNames: ['dogs', 'cats'],
  examples: [
    { hash: hash('train', 'cats', 0), classIndex: 1, split: 'train' },
    { hash: hash('train', 'dogs', 0), classIndex: 0, split: 'train' },
    { hash: hash('test', 'cats', 4), classIndex: 1, split: 'test' },
  ],
  settings: { ...DEFAULT_TRAIN_SETTINGS, epochs: 12, hiddenUnits: 33 },
  arithmetic: 'float32',
  startedFrom: 'an older one',
  fingerprint: 'f',
  snapshot: snapshotAt(4),
};
const offered = () => interruptedStore.getState().interrupted;

async function leaveInterrupted(more: Partial<CheckpointRecord> = {}): Promise<void> {
  await leaveCheckpoint({ ...checkpoint, ...more });
  await lookForInterrupted();
  expect(offered()?.startedAt).toBe(STARTED_AT);
}

beforeEach(reset);
afterEach(clear);

describe('a run that goes on', () => {
  it('goes on from its snapshot, on its own examples, settings and arithmetic', async () => {
    await leaveInterrupted();
    changeTrainSettings({ epochs: 99 });
    engine.train.mockImplementationOnce(async (args) => {
      expect(run()).toMatchObject({ startedAt: STARTED_AT, plannedEpochs: 12 });
      expect(offered()).toBeNull();
      return resultOf(args);
    });
    await resumeTraining();
    const { examples, classNames, settings } = checkpoint;
    const { snapshot: _snapshot, savedAt: _savedAt, ...keep } = checkpoint;
    // It went on from a model of which it does not say what that had seen.
    const startSeen = { train: '', validation: '', isPartial: true };
    const seenBefore = { test: 0, validation: 0, isValidationSeen: false, isUnknown: true };
    expect(engine.train.mock.calls.map(([args]) => args)).toEqual([
      {
        ...{ examples, classNames, settings, arithmetic: 'float32', start: null },
        keep: { ...keep, startSeen, seenBefore },
        resumeFrom: { keptOf: STARTED_AT },
      },
    ]);
    const [extract] = engine.extract.mock.calls[0] ?? [];
    expect(extract?.arithmetic).toBe('float32');
    expect(extract?.pictures.map((picture) => picture.hash)).toEqual(examples.map((example) => example.hash));
    expect(await extract?.pictures[0]?.blob?.text()).toBe(hash('train', 'cats', 0));
    // Learned exactly, so that there is nothing to check.
    expect(engine.checkExactly).not.toHaveBeenCalled();

    const [model] = await models();
    expect(model).toMatchObject({ classNames, settings, data: checkpoint.data });
    expect(await runs()).toMatchObject([
      // 400 ms up to the snapshot and 300 since.
      { startedAt: STARTED_AT, startedFrom: 'an older one', modelId: model?.id, elapsedMs: 700 },
    ]);
    expect(last()?.outcome).toMatchObject({ kind: 'done', modelId: model?.id });
    expect([await loadCheckpoint(), offered()]).toEqual([null, null]);
  });

  it('does without pictures that are stored no more: their features may be', async () => {
    const gone = { hash: 'gone', classIndex: 0, split: 'train' } as const;
    await leaveInterrupted({ examples: [...checkpoint.examples, gone] });
    deletePictures([datasetStore.getState().dataset.pictures[0]?.id ?? '']);
    await resumeTraining();
    undo();
    const pictures = engine.extract.mock.calls[0]?.[0].pictures.map((picture) => picture.hash);
    expect(pictures).toEqual(checkpoint.examples.map((example) => example.hash));
    expect(engine.train.mock.calls[0]?.[0].examples).toHaveLength(4);
    expect(last()?.outcome.kind).toBe('done');
  });

  it('is kept as it is on the pictures that are left, and knows that it has seen the others', async () => {
    const gone = { hash: 'gone-since-then--', classIndex: 0, split: 'train' } as const;
    const examples = [...checkpoint.examples, gone];
    await leaveInterrupted({ examples, snapshot: { ...snapshotAt(4), phase: 'fineTune' } });
    await keepInterrupted();
    const [args] = engine.keptResult.mock.calls[0] ?? [];
    expect(args?.examples).toEqual(checkpoint.examples);
    expect(args?.pictures).toHaveLength(3);
    expect(last()).toMatchObject({ outcome: { kind: 'done' }, leftOut: [gone.hash.slice(0, 8)] });
    expect((await models())[0]?.seen?.train).toContain(gone.hash.slice(-16));
  });

  it('has its augmented views computed in the first phase, and only there', async () => {
    const augmentation = { ...NO_AUGMENTATION, horizontalFlip: true };
    const settings = { ...checkpoint.settings, augmentation, seed: 8 };
    await leaveInterrupted({ settings });
    await resumeTraining();
    const pictures = [hash('train', 'cats', 0), hash('train', 'dogs', 0)];
    expect(engine.extract.mock.calls.map(([{ views }]) => views ?? null)).toEqual([
      null,
      { augmentation, seed: 8, pictures },
    ]);
    engine.extract.mockClear();
    const fineTuned = { ...settings, fineTune: DEFAULT_FINE_TUNE };
    await leaveInterrupted({ settings: fineTuned, snapshot: { ...snapshotAt(4), phase: 'fineTune' } });
    await resumeTraining();
    expect(engine.extract.mock.calls.map(([{ views }]) => views ?? null)).toEqual([null]);
    expect(last()?.outcome.kind).toBe('done');
  });

  it('keeps its checkpoint up to date, under the time at which it first began', async () => {
    await leaveInterrupted();
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      handOut(args, progress, snapshotAt(9));
      await until(async () => expect((await loadCheckpoint())?.snapshot.epoch).toBe(9));
      expect(await loadCheckpoint()).toEqual({
        ...checkpoint,
        ...{ snapshot: snapshotAt(9), savedAt: expect.any(String) as string },
        // One of an earlier version: what its start had seen is not known.
        startSeen: { train: '', validation: '', isPartial: true },
        seenBefore: { test: 0, validation: 0, isValidationSeen: false, isUnknown: true },
      });
      return resultOf(args);
    });
    await resumeTraining();
    expect(last()?.outcome.kind).toBe('done');
  });
});

describe('a run that does not go on', () => {
  it('is offered again when it is cancelled before it learns, as if nothing had been', async () => {
    await leaveInterrupted();
    engine.extract.mockImplementationOnce(() => new Promise(() => undefined));
    const running = resumeTraining();
    await stepIs('extracting');
    cancelTraining();
    await running;
    expect([run(), last(), await runs()]).toEqual([null, null, []]);
    await until(() => expect(offered()?.epoch).toBe(4));
  });

  it('is not lost when what it has learned was only to be kept, and that is cancelled', async () => {
    await leaveInterrupted();
    engine.keptResult.mockImplementationOnce(() => new Promise(() => undefined));
    const running = keepInterrupted();
    await until(() => expect(engine.keptResult).toHaveBeenCalled());
    cancelTraining();
    await running;
    expect((await loadCheckpoint())?.startedAt).toBe(STARTED_AT);
    await until(() => expect(offered()?.startedAt).toBe(STARTED_AT));
  });

  it('is over when it is cancelled as it learns', async () => {
    await leaveInterrupted();
    engine.train.mockImplementationOnce(() => new Promise(() => undefined));
    const running = resumeTraining();
    await stepIs('training');
    cancelTraining();
    await running;
    expect(last()?.outcome).toEqual({ kind: 'cancelled', step: 'training' });
    expect(await runs()).toMatchObject([{ startedAt: STARTED_AT, stopReason: 'cancelled' }]);
    expect(await loadCheckpoint()).toBeNull();
  });

  it('is offered again after an error that may not come again', async () => {
    await leaveInterrupted();
    engine.train.mockRejectedValueOnce(new AppError('weightsNetwork'));
    await resumeTraining();
    expect(last()?.outcome).toMatchObject({ kind: 'failed', error: { code: 'weightsNetwork' } });
    await until(() => expect(offered()?.startedAt).toBe(STARTED_AT));
    await resumeTraining();
    expect(last()?.outcome.kind).toBe('done');
  });

  it('is refused behind another backbone, and asks the engine for nothing', async () => {
    await leaveInterrupted({ fingerprint: 'of another' });
    await resumeTraining();
    expect(last()?.outcome).toMatchObject({
      error: { code: 'runOfOtherBackbone', details: { backbone: 'tiny' } },
    });
    expect(engine.extract).not.toHaveBeenCalled();
    await until(() => expect(offered()).not.toBeNull());
  });

  it('is not there any more when another tab has gone on with it', async () => {
    await leaveInterrupted();
    await leaveCheckpoint({ ...checkpoint, startedAt: '2026-02-02T00:00:00.000Z' });
    await resumeTraining();
    expect(last()?.outcome).toMatchObject({ error: { code: 'notFound' } });
    expect(engine.train).not.toHaveBeenCalled();
    await until(() => expect(offered()?.startedAt).toBe('2026-02-02T00:00:00.000Z'));
  });
});

describe('while another tab trains', () => {
  it('no run is resumed, and that is said', async () => {
    await leaveInterrupted();
    const theirs = await lockCheckpoint();
    await resumeTraining();
    expect([run(), last()]).toEqual([null, null]);
    expect(notices()).toMatchObject([{ messageKey: 'train:resume.elsewhere' }]);
    expect(engine.extract).not.toHaveBeenCalled();
    theirs.release();
    await until(() => expect(offered()?.epoch).toBe(4));
  });

  it('a new run begins all the same, says what it cannot keep, and leaves theirs alone', async () => {
    await leaveCheckpoint(checkpoint);
    const theirs = await lockCheckpoint();
    changeTrainSettings({ augmentation: { ...NO_AUGMENTATION, horizontalFlip: true } });
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      handOut(args, progress, snapshotAt(1));
      return resultOf(args);
    });
    await startTraining();
    expect(notices()).toMatchObject([{ messageKey: 'train:resume.otherTabTrains' }]);
    expect(engine.extract.mock.calls[1]?.[0].keepOtherViews).toBe(true);
    expect(last()?.outcome.kind).toBe('done');
    expect(await loadCheckpoint()).toEqual(checkpoint);
    theirs.release();
  });
});
