import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { getModel } from '../../storage/storedModels.ts';
import { createGate } from '../../testing/gate.ts';
import { catchDownloads } from '../../testing/page/downloads.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import {
  curveTo,
  handOut,
  headOf,
  metricsOf,
  resultOf,
  snapshotAt,
  WHOLE_CHECK,
} from '../../testing/rpc/trainingEngine.ts';
import { onSmallDisk, withoutDisk } from '../../testing/storage/disks.ts';
import { until } from '../../testing/until.ts';
import { dismissLastRun, lastRunStore, unsavedModel } from './lastRun.ts';
import { letGo, retrySave, startTraining } from './training.ts';
import { saveToFile } from './unsavedFile.ts';

// Other test files use the same database: each keeps to its own data set.
const NAME = 'state-retry-save-test';
const { engine, models, runs, run, last, stepIs, reset, clear } = await openTrainingPage(NAME);

/** Asks the page as the browser does before it closes the tab. @returns whether it warns */
const warnsBeforeClosing = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));

/** Trains up to the moment of saving, and saves on that disk. */
async function trainAndSaveOn(disk: (save: () => Promise<void>) => Promise<void>): Promise<void> {
  const checked = createGate();
  engine.train.mockImplementationOnce(async (args, { progress }) => {
    handOut(args, progress, snapshotAt(2));
    await until(async () => expect(await loadCheckpoint()).not.toBeNull());
    return resultOf(args);
  });
  engine.checkExactly.mockImplementationOnce(async () => {
    await checked.opened;
    return { check: WHOLE_CHECK, metrics: metricsOf(0.25) };
  });
  const running = startTraining();
  await until(() => expect(engine.checkExactly).toHaveBeenCalledOnce());
  await disk(async () => {
    checked.open();
    await running;
  });
}

beforeEach(reset);
afterEach(async () => {
  await retrySave();
  await clear();
});

describe('a trained model that cannot be saved', () => {
  it('waits in memory, with its curve, its checkpoint and a warning before the tab is closed', async () => {
    await trainAndSaveOn((save) => withoutDisk(save));
    expect(run()).toBeNull();
    expect(last()).toMatchObject({
      outcome: { kind: 'unsaved', error: { code: 'storageUnavailable' } },
      ...{ curve: curveTo(3), bestEpoch: 3 },
    });
    expect([await models(), await runs(), lastRunStore.getState().review]).toEqual([[], [], null]);
    expect((await loadCheckpoint())?.data.name).toBe(NAME);
    // It is still alive: no tab may offer it.
    const { held = [] } = await navigator.locks.query();
    expect(held.map(({ name }) => name)).toContain('headstart-training');
    expect(warnsBeforeClosing()).toBe(true);
  });

  it('is neither put away nor trained over', async () => {
    await trainAndSaveOn((save) => withoutDisk(save));
    const model = unsavedModel();
    expect(model?.head).toEqual(headOf(2));
    dismissLastRun();
    await startTraining();
    expect(unsavedModel()).toBe(model);
    expect(engine.train).toHaveBeenCalledOnce();
  });

  it('is saved by another try, and then the run is over as any other', async () => {
    await trainAndSaveOn((save) => withoutDisk(save));
    const startedAt = last()?.startedAt;
    const trying = retrySave();
    expect(run()).toMatchObject({ step: 'saving', curve: curveTo(3), startedAt });
    await trying;
    const [model] = await models();
    expect(last()).toMatchObject({ outcome: { kind: 'done', modelId: model?.id }, curve: curveTo(3) });
    expect((await getModel(model?.id ?? '')).head).toEqual(headOf(2));
    expect(await runs()).toMatchObject([{ modelId: model?.id, startedAt }]);
    expect(lastRunStore.getState().review?.mistakes).toHaveLength(1);
    expect(await loadCheckpoint()).toBeNull();
    expect(warnsBeforeClosing()).toBe(false);
    await startTraining();
    expect(await models()).toHaveLength(2);
  });

  it('waits on when the other try fails, with the newer reason', async () => {
    engine.train.mockImplementation(async (args) => ({ ...resultOf(args), head: headOf(250_000) }));
    await trainAndSaveOn((save) => withoutDisk(save));
    const model = unsavedModel();
    await withoutDisk(retrySave);
    expect(last()?.outcome).toMatchObject({ kind: 'unsaved', error: { code: 'storageUnavailable' } });
    await onSmallDisk(10_000, retrySave);
    expect(last()).toMatchObject({
      outcome: { kind: 'unsaved', error: { code: 'storageFull' } },
      curve: curveTo(3),
    });
    expect(unsavedModel()).toBe(model);
    expect(warnsBeforeClosing()).toBe(true);
  });

  it('may leave as a file, and only then be let go', async () => {
    const file = new File(['zip'], 'pets.zip');
    const exporter = vi.fn(async () => ({ file, fileName: file.name }));
    Object.assign(engine.engine, { exportModel: exporter });
    await trainAndSaveOn((save) => withoutDisk(save));
    await letGo();
    expect(unsavedModel()).not.toBeNull();
    exporter.mockRejectedValueOnce(new AppError('unexpected'));
    await saveToFile();
    expect(last()?.outcome).not.toHaveProperty('isInFile');
    const [caught] = await catchDownloads(saveToFile);
    expect(caught?.fileName).toBe('pets.zip');
    await letGo();
    expect([last(), await models(), await loadCheckpoint()]).toEqual([null, [], null]);
    expect(warnsBeforeClosing()).toBe(false);
    await startTraining();
    expect(await models()).toHaveLength(1);
  });

  it('is all that is tried again', async () => {
    await startTraining();
    const before = last();
    await retrySave();
    expect(last()).toBe(before);
    expect(await models()).toHaveLength(1);
  });
});

it('a run warns before the tab is closed, and no longer once it is over', async () => {
  const learned = createGate();
  engine.train.mockImplementationOnce(async (args) => {
    await learned.opened;
    return resultOf(args);
  });
  const running = startTraining();
  await stepIs('training');
  expect(warnsBeforeClosing()).toBe(true);
  learned.open();
  await running;
  expect(warnsBeforeClosing()).toBe(false);
});
