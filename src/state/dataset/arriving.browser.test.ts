import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import type { SplitName } from '../../domain/picture.ts';
import { type ArrivingPicture, beginIntake } from './arriving.ts';
import { datasetStore, deleteClass, redo, renameClass, startDataset, undo } from './dataset.ts';
import { peekThumbnail } from './pictureBlobs.ts';

const picture = (
  path: string,
  className = 'cats',
  split: SplitName | null = null,
  content = path,
): ArrivingPicture => ({
  ...{ hash: `arriving ${content}`, className, split, path, name: path.slice(path.lastIndexOf('/') + 1) },
  ...{ blob: new Blob([content]), thumbnail: new Blob(['small']), widthPx: 3, heightPx: 2 },
});
const dataset = () => datasetStore.getState().dataset;
const paths = () => dataset().pictures.map(({ path }) => path);
const steps = () => datasetStore.getState().undo.map(({ labelKey }) => labelKey);
const classId = (name: string) => dataset().classes.find((one) => one.name === name)?.id ?? '';

await startDataset();

beforeEach(() => datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] }));

describe('a picture that arrives', () => {
  it('brings what its folder says, its size and its burst, and its thumbnail is at hand', () => {
    const arriving = picture('pets/test/cats/a.png', 'cats', 'test', 'four');
    beginIntake().add([arriving], [], 'burst 1');
    expect(dataset().pictures).toMatchObject([
      {
        ...{ hash: 'arriving four', name: 'a.png', path: 'pets/test/cats/a.png', classId: classId('cats') },
        ...{ widthPx: 3, heightPx: 2, sizeBytes: 4, folderSplit: 'test', burstId: 'burst 1' },
      },
    ]);
    expect(peekThumbnail('arriving four')).toBe(arriving.thumbnail);
  });

  it('is one with another of its content only in the same class and split', () => {
    const step = beginIntake();
    step.add([picture('train/cats/a.png', 'cats', 'train', 'same')], [], null);
    step.add([picture('train/cats/b.png', 'cats', 'train', 'same')], [], null);
    step.add([picture('test/cats/a.png', 'cats', 'test', 'same')], [], null);
    step.add([picture('train/dogs/a.png', 'dogs', 'train', 'same')], [], null);
    expect(paths()).toEqual(['train/cats/a.png', 'test/cats/a.png', 'train/dogs/a.png']);
    expect(step.end()).toEqual({ pictures: 3, skipped: 0, repeated: 1, restored: 0 });
  });
});

describe('a data set without a name', () => {
  it.each([
    ['pets/cats/a.png', 'pets'],
    ['pets.zip/cats/a.png', 'pets'],
    ['pets.tar.gz/cats/a.png', 'pets'],
    ['pets.TGZ/cats/a.png', 'pets'],
    ['pets 2.0/cats/a.png', 'pets 2.0'],
    ['a.png', ''],
  ])('gets one from the outermost folder or archive of %s', (path, name) => {
    beginIntake().add([picture(path)], [], null);
    expect(dataset().name).toBe(name);
  });

  it('keeps the first that it gets', () => {
    const step = beginIntake();
    step.add([picture('loose.png')], [], null);
    step.add([picture('pets/a.png')], [], null);
    step.add([picture('birds/a.png')], [], null);
    beginIntake().add([picture('fish/a.png')], [], null);
    expect(dataset().name).toBe('pets');
  });
});

describe('an intake', () => {
  it('that brings nothing is no change', () => {
    const step = beginIntake();
    step.add([], [], null);
    expect(step.end()).toEqual({ pictures: 0, skipped: 0, repeated: 0, restored: 0 });
    expect(steps()).toEqual([]);
  });

  it('that only leaves files out is one, and is taken back', () => {
    const skipped = { path: 'cats/x.tif', reason: 'unsupportedFormat', details: { format: 'TIFF' } } as const;
    const step = beginIntake();
    step.add([], [skipped], null);
    expect(step.end()).toEqual({ pictures: 0, skipped: 1, repeated: 0, restored: 0 });
    expect([dataset().skipped, steps()]).toEqual([[skipped], ['dataset:change.intake']]);
    undo();
    expect(dataset().skipped).toEqual([]);
  });

  it('stands where it began among the changes, however long it lasts', () => {
    beginIntake().add([picture('pets/dogs/a.png', 'dogs')], [], null);
    const step = beginIntake();
    step.add([picture('pets/cats/a.png')], [], null);
    renameClass(classId('dogs'), 'hounds');
    step.add([picture('pets/cats/b.png')], [], null);
    expect(steps()).toEqual(['dataset:change.intake', 'dataset:change.intake', 'dataset:change.renameClass']);
    undo();
    expect(paths()).toEqual(['pets/dogs/a.png', 'pets/cats/a.png', 'pets/cats/b.png']);
    undo();
    expect(paths()).toEqual(['pets/dogs/a.png']);
    redo();
    redo();
    expect(paths()).toHaveLength(3);
    expect(dataset().classes.map(({ name }) => name)).toEqual(['hounds', 'cats']);
  });

  it('makes a class anew that was deleted while it lasted', () => {
    const step = beginIntake();
    step.add([picture('pets/cats/a.png')], [], null);
    deleteClass(classId('cats'));
    step.add([picture('pets/cats/b.png')], [], null);
    expect(paths()).toEqual(['pets/cats/b.png']);
    undo();
    expect(paths()).toEqual(['pets/cats/a.png', 'pets/cats/b.png']);
  });
});
