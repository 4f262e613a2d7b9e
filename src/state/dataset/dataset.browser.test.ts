import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import { loadDataset } from '../../storage/storedDataset.ts';
import { noticesStore } from '../shell/notices.ts';
import { type ArrivingPicture, beginIntake } from './arriving.ts';
import {
  changeSplit,
  datasetStore,
  deletePictures,
  isNameTaken,
  redo,
  renameClass,
  startDataset,
  undo,
} from './dataset.ts';
import { readPictures } from './pictureBlobs.ts';

const picture = (hash: string, className: string): ArrivingPicture => ({
  hash,
  className,
  split: null,
  name: `${hash}.png`,
  path: `top/${className}/${hash}.png`,
  blob: new Blob([hash]),
  widthPx: 1,
  heightPx: 1,
  thumbnail: new Blob(['small']),
});
const names = () => datasetStore.getState().dataset.pictures.map(({ name }) => name);
const firstClass = () => datasetStore.getState().dataset.classes[0]?.id ?? '';

await startDataset();

describe('the data set', () => {
  beforeEach(() => {
    datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
    noticesStore.setState({ notices: [] });
  });

  it('takes batches as one change, and undoes them as one', () => {
    const step = beginIntake();
    step.add([picture('a', 'cats')], [], null);
    step.add([picture('b', 'dogs')], [{ path: 'x', reason: 'empty', details: {} }], null);
    step.add([picture('a', 'cats')], [], null);
    expect(step.end()).toEqual({ pictures: 2, skipped: 1, repeated: 1, restored: 0 });
    expect(names()).toEqual(['a.png', 'b.png']);
    expect(datasetStore.getState().dataset.name).toBe('top');
    undo();
    expect(names()).toEqual([]);
    redo();
    expect(names()).toEqual(['a.png', 'b.png']);
  });

  it('keeps what arrives while a person is editing, also when the edit is undone', () => {
    const step = beginIntake();
    step.add([picture('a', 'cats')], [], null);
    renameClass(firstClass(), 'felines');
    step.add([picture('b', 'cats')], [], null);
    expect(datasetStore.getState().dataset.classes.map(({ name }) => name)).toEqual(['felines', 'cats']);
    undo();
    expect(datasetStore.getState().dataset.classes.map(({ name }) => name)).toEqual(['cats']);
    expect(names()).toEqual(['a.png', 'b.png']);
  });

  it('offers undo with the message of a deletion', () => {
    beginIntake().add([picture('a', 'cats'), picture('b', 'cats')], [], null);
    deletePictures(
      datasetStore
        .getState()
        .dataset.pictures.slice(0, 1)
        .map(({ id }) => id),
    );
    const notice = noticesStore.getState().notices.at(-1);
    expect(notice).toMatchObject({ messageKey: 'dataset:change.deletePictures', values: { count: 1 } });
    if (notice && notice.error === null) notice.action?.run();
    expect(names()).toEqual(['a.png', 'b.png']);
  });

  it('says that a class renamed to the name of another becomes one with it, and undoes that', () => {
    beginIntake().add([picture('a', 'cats'), picture('b', 'dogs'), picture('c', 'dogs')], [], null);
    const { dataset } = datasetStore.getState();
    const dogs = dataset.classes.find(({ name }) => name === 'dogs')?.id ?? '';
    expect([isNameTaken(dogs, ' cats '), isNameTaken(dogs, 'dogs'), isNameTaken(dogs, 'birds')]).toEqual([
      true,
      false,
      false,
    ]);
    renameClass(dogs, ' cats ');
    expect(datasetStore.getState().dataset.classes.map(({ name }) => name)).toEqual(['cats']);
    const notice = noticesStore.getState().notices.at(-1);
    expect(notice).toMatchObject({
      messageKey: 'dataset:change.renameMerged',
      values: { from: 'dogs', name: 'cats', count: 2 },
    });
    if (notice && notice.error === null) notice.action?.run();
    // But for the division, which stays as it was dealt.
    expect({ ...datasetStore.getState().dataset, deals: undefined }).toEqual({
      ...dataset,
      deals: undefined,
    });
  });

  it('takes the steps of a slider as one change', () => {
    changeSplit({ seed: 2 });
    changeSplit({ seed: 3 });
    undo();
    expect(datasetStore.getState().dataset.split.seed).toBe(1);
  });

  it('is kept with the bytes of its pictures', async () => {
    beginIntake().add([picture('kept', 'cats')], [], null);
    await vi.waitFor(
      async () => expect((await loadDataset())?.pictures.map(({ hash }) => hash)).toEqual(['kept']),
      {
        timeout: 5000,
      },
    );
    const read = await readPictures(['kept', 'never seen']);
    expect([...read.keys()]).toEqual(['kept']);
    expect(await read.get('kept')?.text()).toBe('kept');
  });
});
