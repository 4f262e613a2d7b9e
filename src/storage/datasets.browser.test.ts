import { afterAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../dataset/types.ts';
import {
  clearDataset,
  deletePicturesExcept,
  getPicture,
  getPictures,
  getThumbnails,
  loadDataset,
  putPictures,
  saveDataset,
} from './datasets.ts';
import { deleteRun, listRuns, saveRun } from './runs.ts';
import { sampleRun } from './sampleRecords.ts';

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
    source: 'shares',
    shares: { train: 0.7, validation: 0.15, test: 0.15 },
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

afterAll(clearDataset);

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
    const picture = await getPicture('h2');
    expect(await picture?.text()).toBe('picture h2');
    expect(picture?.type).toBe('image/png');
    expect(await getPicture('unknown')).toBeNull();
    const thumbnails = await getThumbnails(['h1', 'unknown', 'h3']);
    expect([...thumbnails.keys()]).toEqual(['h1', 'h3']);
    expect(await thumbnails.get('h3')?.text()).toBe('small h3');
    expect(thumbnails.get('h3')?.type).toBe('image/webp');
    expect([...(await getPictures(['h3', 'unknown', 'h1'])).keys()]).toEqual(['h3', 'h1']);
  });

  it('drops pictures it no longer holds', async () => {
    await putPictures(['h1', 'h2', 'h3'].map(entry));
    expect(await deletePicturesExcept(['h2'])).toBe(2);
    expect(await getPicture('h1')).toBeNull();
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
