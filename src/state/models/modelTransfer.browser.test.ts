import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_EXPORT } from '../../domain/modelExport.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { AppError } from '../../shared/errors.ts';
import { deleteModel, getModel, listModels, saveModel } from '../../storage/storedModels.ts';
import { catchDownloads } from '../../testing/page/downloads.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { onSmallDisk, withoutDisk } from '../../testing/storage/disks.ts';
import { sampleStoredModel } from '../../testing/storage/records.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import {
  cancelTransfer,
  dismissTransferError,
  exportKeptModel,
  importModelFile,
  modelsStore,
} from './models.ts';

// Other test files use the same database: each keeps to its own names.
const NAME = 'state-transfer-test';
const FILE = new Blob(['a model file']);

const sample = sampleStoredModel('transfer-test', 1);
const { id: ID, updatedAt: _updatedAt, sizeBytes: _sizeBytes, ...described } = sample.record;
const description = { ...described, name: NAME };
const model = { record: { ...sample.record, name: NAME }, head: sample.head };

const { engine } = watchPageWorkers();
type Importer = Handlers<EngineApi>['importModel'];
type Exporter = Handlers<EngineApi>['exportModel'];
const importer = vi.fn<Importer>();
const exporter = vi.fn<Exporter>();
Object.assign(engine, { importModel: importer, exportModel: exporter });

const shown = () => modelsStore.getState();
const stored = async () => (await listModels()).filter(({ name }) => name.startsWith(NAME));

/** An import that is under way until the test ends it. */
function beginImport() {
  let end = () => {};
  importer.mockImplementationOnce(async (_args, { progress }) => {
    progress({ doneFraction: 0.25 });
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return { description, head: model.head };
  });
  const done = importModelFile(FILE, 'pets.zip');
  return { done, end: () => end() };
}

beforeEach(async () => {
  noticesStore.setState({ notices: [] });
  modelsStore.setState({ transferError: null });
  importer.mockReset().mockResolvedValue({ description, head: model.head });
  exporter.mockReset().mockResolvedValue({ file: FILE, fileName: 'pets.zip' });
});

afterEach(async () => {
  for (const { id } of await stored()) await deleteModel(id);
});

describe('a model file on its way in', () => {
  it('is read by the engine, kept, listed and told', async () => {
    const { done, end } = beginImport();
    await until(() =>
      expect(shown().transfer).toEqual({ kind: 'import', name: 'pets.zip', doneFraction: 0.25 }),
    );
    end();
    const id = (await done) ?? '';
    expect(await importer.mock.calls[0]?.[0].file.text()).toBe('a model file');
    expect(await getModel(id)).toEqual({
      record: { ...description, id, sizeBytes: 16, updatedAt: expect.any(String) as string },
      head: model.head,
    });
    expect(shown().models.some((listed) => listed.id === id)).toBe(true);
    expect(shown()).toMatchObject({ transfer: null, transferError: null });
    expect(noticesStore.getState().notices).toMatchObject([
      { kind: 'success', messageKey: 'models:imported', values: { name: NAME } },
    ]);
  });

  it('says why it cannot be read until that is dismissed, or the next one comes', async () => {
    importer.mockRejectedValueOnce(new AppError('modelFileUnsupported', { layer: 'lstm' }));
    expect(await importModelFile(FILE, 'other.zip')).toBeNull();
    expect(shown()).toMatchObject({
      transfer: null,
      transferError: { code: 'modelFileUnsupported', details: { layer: 'lstm' } },
    });
    expect([await stored(), noticesStore.getState().notices]).toEqual([[], []]);
    dismissTransferError();
    expect(shown().transferError).toBeNull();

    importer.mockRejectedValueOnce(new AppError('modelFileUnreadable'));
    await importModelFile(FILE, 'other.zip');
    expect(shown().transferError?.code).toBe('modelFileUnreadable');
    expect(await importModelFile(FILE, 'pets.zip')).not.toBeNull();
    expect(shown().transferError).toBeNull();
  });

  it('is dropped when the person says so, without a word', async () => {
    const { done, end } = beginImport();
    await until(() => expect(shown().transfer?.doneFraction).toBe(0.25));
    cancelTransfer();
    expect(await done).toBeNull();
    end();
    expect(shown()).toMatchObject({ transfer: null, transferError: null });
    expect([await stored(), noticesStore.getState().notices]).toEqual([[], []]);
    // Cancelled is that one, not the next.
    expect(await importModelFile(FILE, 'pets.zip')).not.toBeNull();
  });

  it('waits for the person while another one is under way', async () => {
    const { done, end } = beginImport();
    await until(() => expect(shown().transfer?.doneFraction).toBe(0.25));
    expect(await importModelFile(FILE, 'second.zip')).toBeNull();
    const caught = await catchDownloads(() => exportKeptModel(ID));
    expect(caught).toEqual([]);
    expect([importer.mock.calls.length, exporter.mock.calls.length]).toEqual([1, 0]);
    expect(shown()).toMatchObject({ transfer: { name: 'pets.zip' }, transferError: null });
    end();
    expect(await done).not.toBeNull();
    expect(await stored()).toHaveLength(1);
  });

  it('says that the disk is full, and that nothing can be stored', async () => {
    const large = sampleStoredModel('unused', 1, 1_000_000).head;
    importer.mockResolvedValueOnce({ description, head: large });
    await onSmallDisk(2_000_000, async () => {
      expect(await importModelFile(FILE, 'large.zip')).toBeNull();
      expect(shown().transferError?.code).toBe('storageFull');
      expect(await listModels()).toEqual([]);
    });
    await withoutDisk(() => importModelFile(FILE, 'pets.zip'));
    expect(shown().transferError?.code).toBe('storageUnavailable');
    expect([await stored(), noticesStore.getState().notices]).toEqual([[], []]);
  });
});

describe('a model on its way out', () => {
  beforeEach(() => saveModel(model.record, model.head));

  it('is written by the engine without what only this browser knows, and downloaded', async () => {
    let seen: unknown = null;
    exporter.mockImplementationOnce(async (_args, { progress }) => {
      progress({ doneFraction: 0.5 });
      await until(() => expect(shown().transfer?.doneFraction).toBe(0.5));
      seen = shown().transfer;
      return { file: FILE, fileName: 'pets.zip' };
    });
    const caught = await catchDownloads(() => exportKeptModel(ID));
    expect(exporter.mock.calls[0]?.[0]).toEqual({
      options: DEFAULT_EXPORT,
      description,
      head: model.head,
      pictures: [],
    });
    expect(caught.map(({ fileName }) => fileName)).toEqual(['pets.zip']);
    expect(await caught[0]?.file.text()).toBe('a model file');
    expect(seen).toEqual({ kind: 'export', name: NAME, doneFraction: 0.5 });
    expect(shown()).toMatchObject({ transfer: null, transferError: null });
  });

  it('gives no file when it is gone, cannot be written, or is dropped', async () => {
    const caught = await catchDownloads(async () => {
      await exportKeptModel('gone');
      expect(shown().transferError?.code).toBe('notFound');
      exporter.mockRejectedValueOnce(new AppError('unsupportedByFormat', { op: 'add' }));
      await exportKeptModel(ID);
      expect(shown().transferError?.code).toBe('unsupportedByFormat');

      exporter.mockImplementationOnce(() => new Promise(() => undefined));
      const dropped = exportKeptModel(ID);
      await until(() => expect(exporter.mock.calls.length).toBe(2));
      cancelTransfer();
      await dropped;
      expect(shown()).toMatchObject({ transfer: null, transferError: null });
    });
    expect(caught).toEqual([]);
    expect(exporter).toHaveBeenCalledTimes(2);
  });
});
