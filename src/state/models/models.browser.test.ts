import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteModel, getModel, listModels, saveModel } from '../../storage/storedModels.ts';
import { deleteRun, listRuns } from '../../storage/storedRuns.ts';
import { onSmallDisk, withoutDisk } from '../../testing/storage/disks.ts';
import { sampleRun, sampleStoredModel } from '../../testing/storage/records.ts';
import { until } from '../../testing/until.ts';
import { type Notice, noticesStore } from '../shell/notices.ts';
import {
  deleteKeptModel,
  freeName,
  keepTrainedModel,
  loadModel,
  loadModels,
  modelsStore,
  renameKeptModel,
  type TrainedModel,
} from './models.ts';

// Other test files use the same database: each keeps to its own names.
const NAME = 'state-models-test';

/** What a run ended with; every weight is `version`. */
function trained(version: number, weightCount = 4): TrainedModel {
  const { record, head } = sampleStoredModel('unused', version, weightCount);
  const { id: _id, updatedAt: _updatedAt, sizeBytes: _sizeBytes, ...description } = record;
  const curve = [
    { epoch: 1, loss: 1, accuracy: 0.5, validationLoss: null, validationAccuracy: null, elapsedMs: 9 },
  ];
  return {
    description: { ...description, name: NAME, curve, bestEpoch: 1, arithmetic: 'int8' },
    ...{ head, stopReason: 'earlyStopping', startedAt: '2026-01-01T00:00:00.000Z', elapsedMs: 700 },
  };
}

const listed = () => modelsStore.getState().models.filter(({ name }) => name.startsWith(NAME));
const stored = async () => (await listModels()).filter(({ name }) => name.startsWith(NAME));
const runsOf = async (ids: readonly string[]) =>
  (await listRuns()).filter(({ modelId }) => modelId !== null && ids.includes(modelId));
const newestNotice = (): Notice | undefined => noticesStore.getState().notices.at(-1);

const kept: string[] = [];
async function keep(model: TrainedModel): Promise<string> {
  const id = await keepTrainedModel(model);
  kept.push(id);
  return id;
}

beforeEach(async () => {
  noticesStore.setState({ notices: [] });
  await loadModels();
});

afterEach(async () => {
  for (const { id } of await runsOf(kept)) await deleteRun(id);
  for (const { id } of await stored()) await deleteModel(id);
  kept.length = 0;
});

describe('what a run ended with', () => {
  it('is kept with the title of its network where that learned from scratch', async () => {
    const model = trained(1);
    const { description } = model;
    const fromScratch = { backboneId: 'plain-cnn', inputSizePx: 32 };
    const settings = { ...description.settings, fromScratch };
    const backbone = { ...description.backbone, id: 'plain-cnn', title: 'Plain CNN' };
    const ofFresh = await keep({ ...model, description: { ...description, settings, backbone } });
    const ofPublished = await keep({ ...model, description: { ...description, backbone } });
    expect((await runsOf([ofFresh])).map(({ networkTitle }) => networkTitle)).toEqual(['Plain CNN']);
    expect((await runsOf([ofPublished])).map(({ networkTitle }) => networkTitle)).toEqual([undefined]);
  });

  it('is kept as a model and as a run, and listed', async () => {
    const model = trained(1);
    const id = await keep({ ...model, startedFrom: 'an older one' });
    expect(await getModel(id)).toEqual({
      record: { ...model.description, id, sizeBytes: 16, updatedAt: expect.any(String) as string },
      head: model.head,
    });
    const { metrics, settings, data, curve } = model.description;
    expect(await runsOf([id])).toEqual([
      {
        ...sampleRun(expect.any(String) as string, model.startedAt),
        ...{ modelId: id, elapsedMs: 700, settings, curve, bestEpoch: 1, stopReason: 'earlyStopping' },
        ...{ metrics, data, arithmetic: 'int8', startedFrom: 'an older one' },
      },
    ]);
    expect(listed().map((record) => record.id)).toEqual([id]);
    expect((await loadModel(id)).head).toEqual(model.head);
  });

  it('gets a number where another model has its name, and comes first', async () => {
    await keep(trained(1));
    await keep(trained(2));
    await keep(trained(3));
    expect(
      listed()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([NAME, `${NAME} (2)`, `${NAME} (3)`]);
    const times = listed().map(({ updatedAt }) => updatedAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('is kept before the browser has answered whether it will last', async () => {
    vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false);
    const ask = vi.spyOn(navigator.storage, 'persist').mockReturnValue(new Promise(() => undefined));
    const id = await keep(trained(1));
    expect(listed().map((record) => record.id)).toEqual([id]);
    await until(() => expect(ask).toHaveBeenCalledOnce());
    vi.restoreAllMocks();
  });

  it('says by name that the disk is full, and leaves neither model nor run behind', async () => {
    await onSmallDisk(2_000_000, async () => {
      await expect(keepTrainedModel(trained(1, 1_000_000))).rejects.toMatchObject({ code: 'storageFull' });
      expect(await listModels()).toEqual([]);
      expect(await listRuns()).toEqual([]);
      // There is room for less.
      const id = await keepTrainedModel(trained(2));
      expect(listed().map((record) => record.id)).toEqual([id]);
      expect(await runsOf([id])).toHaveLength(1);
    });
  });

  it('says by name that nothing can be stored', async () => {
    await withoutDisk(() =>
      expect(keepTrainedModel(trained(1))).rejects.toMatchObject({ code: 'storageUnavailable' }),
    );
    expect(await stored()).toEqual([]);
  });
});

it('numbers models of one name', () => {
  expect(freeName('pets', [])).toBe('pets');
  expect(freeName('pets', ['pets'])).toBe('pets (2)');
  expect(freeName('pets', ['pets', 'pets (2)', 'dogs'])).toBe('pets (3)');
});

describe('the list of models', () => {
  it('says why it cannot be read, keeps what it showed, and is read again', async () => {
    const id = await keep(trained(1));
    const statuses: string[] = [];
    const stop = modelsStore.subscribe(({ status }) => statuses.push(status));
    await withoutDisk(() => loadModels());
    expect(modelsStore.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'storageUnavailable' },
    });
    expect(listed().map((record) => record.id)).toEqual([id]);
    await loadModels();
    expect(modelsStore.getState()).toMatchObject({ status: 'ready', error: null });
    // It is not taken off the page to be read again.
    await loadModels();
    stop();
    expect(statuses).toEqual(['failed', 'loading', 'ready', 'ready']);
  });
});

describe('a kept model', () => {
  it('is renamed, and comes first for it', async () => {
    const id = await keep(trained(1));
    await keep(trained(2));
    await renameKeptModel(id, `${NAME} <b>猫</b>`);
    expect(listed()[0]).toMatchObject({ id, name: `${NAME} <b>猫</b>` });
    expect((await getModel(id)).head).toEqual(trained(1).head);
  });

  it('goes, and comes back by undo as it was', async () => {
    const id = await keep(trained(1));
    const before = await getModel(id);
    await deleteKeptModel(id);
    expect([listed(), await stored()]).toEqual([[], []]);
    await expect(loadModel(id)).rejects.toMatchObject({ code: 'notFound' });
    const notice = newestNotice();
    expect(notice).toMatchObject({ messageKey: 'models:deleted', values: { name: NAME } });
    if (notice?.error === null) notice.action?.run();
    await until(() => expect(listed().map((record) => record.id)).toEqual([id]));
    expect(await getModel(id)).toEqual(before);
    // The run that it came from was there all the time.
    expect(await runsOf([id])).toHaveLength(1);
  });

  it('tells why it does not come back', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const id = await keep(trained(1));
    await deleteKeptModel(id);
    const notice = newestNotice();
    await withoutDisk(async () => {
      if (notice?.error === null) notice.action?.run();
      await until(() => expect(newestNotice()).toMatchObject({ error: { code: 'storageUnavailable' } }));
    });
    expect(await stored()).toEqual([]);
    error.mockRestore();
  });

  it('that is gone can be neither renamed nor deleted, and nobody is told that it was', async () => {
    await expect(renameKeptModel('gone', 'x')).rejects.toMatchObject({ code: 'notFound' });
    await expect(deleteKeptModel('gone')).rejects.toMatchObject({ code: 'notFound' });
    expect(noticesStore.getState().notices).toEqual([]);
  });

  it('stays where it was when storage fails as it is to be deleted', async () => {
    const { record, head } = sampleStoredModel(crypto.randomUUID(), 1);
    await saveModel({ ...record, name: NAME }, head);
    await withoutDisk(() =>
      expect(deleteKeptModel(record.id)).rejects.toMatchObject({ code: 'storageUnavailable' }),
    );
    expect(await stored()).toHaveLength(1);
    expect(noticesStore.getState().notices).toEqual([]);
  });
});
