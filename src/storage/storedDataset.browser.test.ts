import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../domain/dataset.ts';
import type { RunRecord } from '../domain/runRecord.ts';
import { sampleRun } from '../testing/storage/records.ts';
import { inTransaction } from './database.ts';
import {
  deletePicturesExcept,
  getPictures,
  getThumbnails,
  listPictures,
  loadDataset,
  putPictures,
  saveDataset,
} from './storedDataset.ts';
import { deleteRun, listRuns } from './storedRuns.ts';

const dataset: Dataset = {
  name: 'pets',
  classes: [{ id: 'c1', name: '<b>cat</b>' }],
  pictures: [
    {
      id: 'p1',
      hash: 'h1',
      name: 'a.png',
      path: 'cat/a.png',
      classId: 'c1',
      folderSplit: null,
      burstId: null,
      widthPx: 4,
      heightPx: 3,
      sizeBytes: 5,
    },
  ],
  skipped: [{ path: 'x.tiff', reason: 'unsupportedFormat', details: { format: 'TIFF' } }],
  split: {
    source: 'fractions',
    fractions: { train: 0.7, validation: 0.15, test: 0.15 },
    seed: 1,
    groupPattern: null,
  },
};

function entry(hash: string) {
  return {
    hash,
    blob: new Blob([`picture ${hash}`], { type: 'image/png' }),
    thumbnail: new Blob([`small ${hash}`], { type: 'image/webp' }),
  };
}

async function clearDataset(): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) => store.clear());
  await deletePicturesExcept([]);
}

async function saveRun(run: RunRecord): Promise<void> {
  await inTransaction(['runs'], 'readwrite', ({ store }) => store.put(run));
}

afterAll(clearDataset);

it('a data set of an earlier version comes with the names of today', async () => {
  const { fractions, ...split } = dataset.split;
  const older = { ...dataset, split: { ...split, source: 'shares', shares: fractions } };
  await inTransaction(['dataset'], 'readwrite', ({ store }) =>
    store.put(older as unknown as Dataset, 'current'),
  );
  expect(await loadDataset()).toEqual(dataset);
  await clearDataset();
});

describe('the current data set', () => {
  it('is null before there is one, and the last saved afterwards', async () => {
    await clearDataset();
    expect(await loadDataset()).toBeNull();
    await saveDataset(dataset);
    await saveDataset({ ...dataset, name: 'pets 2' });
    expect(await loadDataset()).toEqual({ ...dataset, name: 'pets 2' });
  });

  it('keeps pictures and thumbnails by content, with their types', async () => {
    await putPictures(['h1', 'h2', 'h3'].map(entry));
    const pictures = await getPictures(['h3', 'unknown', 'h2']);
    expect([...pictures.keys()]).toEqual(['h3', 'h2']);
    expect(await pictures.get('h2')?.text()).toBe('picture h2');
    expect(pictures.get('h2')?.type).toBe('image/png');
    const thumbnails = await getThumbnails(['h1', 'unknown', 'h3']);
    expect([...thumbnails.keys()]).toEqual(['h1', 'h3']);
    expect(await thumbnails.get('h3')?.text()).toBe('small h3');
    expect(thumbnails.get('h3')?.type).toBe('image/webp');
  });

  it('lists the pictures that are whole', async () => {
    await putPictures(['h1', 'h2', 'h3'].map(entry));
    await inTransaction(['thumbnails'], 'readwrite', ({ store }) => store.delete('h1'));
    await inTransaction(['pictures'], 'readwrite', ({ store }) => store.delete('h3'));
    expect([...(await listPictures())]).toEqual(['h2']);
  });

  it('drops pictures it no longer holds', async () => {
    await putPictures(['h1', 'h2', 'h3'].map(entry));
    expect(await deletePicturesExcept(['h2'])).toBe(2);
    expect([...(await getPictures(['h1', 'h2', 'h3'])).keys()]).toEqual(['h2']);
    expect([...(await getThumbnails(['h1', 'h2', 'h3'])).keys()]).toEqual(['h2']);
  });
});

describe('runs', () => {
  it('are listed from the last started, replaced by id, and deleted', async () => {
    await saveRun(sampleRun('runs-test-1', '2026-01-01T00:00:00.000Z'));
    await saveRun(sampleRun('runs-test-2', '2026-01-03T00:00:00.000Z'));
    await saveRun(sampleRun('runs-test-3', '2026-01-02T00:00:00.000Z'));
    await saveRun({ ...sampleRun('runs-test-1', '2026-01-01T00:00:00.000Z'), modelId: 'm' });
    const runs = await listRuns();
    expect(runs.map(({ id, modelId }) => [id, modelId])).toEqual([
      ['runs-test-2', null],
      ['runs-test-3', null],
      ['runs-test-1', 'm'],
    ]);
    for (const { id } of runs) await deleteRun(id);
    expect(await listRuns()).toEqual([]);
  });
});

it('a picture that cannot be kept, for no lack of blobs, does not make the others bytes', async () => {
  await putPictures([entry('h5')]);
  const failing = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('the file is gone', 'UnknownError');
  });
  await expect(putPictures([entry('h6')])).rejects.toMatchObject({ code: 'storageUnavailable' });
  failing.mockRestore();
  await putPictures([entry('h7')]);
  const kept = await inTransaction(['pictures'], 'readonly', ({ store }) => store.get('h7'));
  expect(kept).toBeInstanceOf(Blob);
});
