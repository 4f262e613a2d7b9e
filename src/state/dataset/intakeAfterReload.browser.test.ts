import { expect, it } from 'vitest';
import { addPictures, emptyDataset } from '../../dataset/operations.ts';
import { saveDataset } from '../../storage/storedDataset.ts';
import { drawPng } from '../../testing/fixtures/drawnFiles.ts';
import { datasetStore } from './dataset.ts';
import { takeFiles } from './intake.ts';

// Alone in its file: a page reads what was kept only once.
it('what is dropped before the page has read what was kept comes behind it', async () => {
  const kept = {
    ...{ hash: 'kept', name: 'kept.png', path: 'pets/cats/kept.png', widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ className: 'cats', folderSplit: null, burstId: null },
  };
  await saveDataset(addPictures(emptyDataset('pets'), [kept]).dataset);
  expect(datasetStore.getState().loading).toBe(true);
  await takeFiles([{ path: 'other/cats/new.png', file: await drawPng(5) }], {
    kind: 'folders',
    looseClassName: 'loose',
  });
  const { dataset, loading } = datasetStore.getState();
  expect(loading).toBe(false);
  expect(dataset.pictures.map(({ name }) => name)).toEqual(['kept.png', 'new.png']);
  expect([dataset.name, dataset.classes.length]).toEqual(['pets', 1]);
});
