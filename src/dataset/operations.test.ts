import { describe, expect, it } from 'vitest';
import type { Dataset } from '../domain/dataset.ts';
import { AppError } from '../shared/errors.ts';
import { findDuplicates } from './duplicates.ts';
import {
  addPictures,
  addSkipped,
  emptyDataset,
  findClass,
  type NewPicture,
  withClass,
  withMergedClasses,
  withMovedPictures,
  withoutClass,
  withoutPictures,
  withRenamedClass,
} from './operations.ts';

function counter(): () => string {
  let next = 0;
  return () => `id${next++}`;
}

function picture(className: string, hash: string, more: Partial<NewPicture> = {}): NewPicture {
  return {
    className,
    hash,
    name: `${hash}.jpg`,
    path: `${className}/${hash}.jpg`,
    widthPx: 4,
    heightPx: 3,
    sizeBytes: 99,
    folderSplit: null,
    burstId: null,
    ...more,
  };
}

/** Class name → hashes in it. */
function shape(dataset: Dataset): Record<string, string[]> {
  return Object.fromEntries(
    dataset.classes.map(({ id, name }) => [
      name,
      dataset.pictures.filter(({ classId }) => classId === id).map(({ hash }) => hash),
    ]),
  );
}

function idOf(dataset: Dataset, name: string): string {
  const found = findClass(dataset, name);
  if (!found) throw new Error(`no class ${name}`);
  return found.id;
}

const pets = addPictures(
  emptyDataset(' Pets '),
  [picture('cat', 'a'), picture('cat', 'b'), picture('dog', 'c'), picture('dog', 'a')],
  counter(),
).dataset;

describe('addPictures', () => {
  it('makes classes as they come up and keeps the order', () => {
    expect(pets.name).toBe('Pets');
    expect(shape(pets)).toEqual({ cat: ['a', 'b'], dog: ['c', 'a'] });
    expect(new Set(pets.pictures.map(({ id }) => id)).size).toBe(4);
    expect(pets.pictures[0]).not.toHaveProperty('className');
  });

  it('leaves out what is there already, in the same class and split, and says so', () => {
    const { dataset, added, duplicates } = addPictures(pets, [
      picture('cat', 'a', { path: 'again/a.jpg' }),
      picture('cat', 'n', { path: 'x/n.jpg' }),
      picture('cat', 'n', { path: 'y/n.jpg' }),
      picture('cat', 'a', { folderSplit: 'test' }),
      picture('bird', 'a'),
    ]);
    expect(duplicates).toEqual([
      { path: 'again/a.jpg', className: 'cat', keptPath: 'cat/a.jpg' },
      { path: 'y/n.jpg', className: 'cat', keptPath: 'x/n.jpg' },
    ]);
    expect(added).toHaveLength(3);
    expect(shape(dataset)).toEqual({ cat: ['a', 'b', 'n', 'a'], dog: ['c', 'a'], bird: ['a'] });
  });

  it('takes names for the same that differ in Unicode form or blanks', () => {
    const { dataset } = addPictures(pets, [
      picture('Cafe\u0301', 'x'),
      picture(' Caf\u00e9 ', 'y'),
      picture('cat ', 'z'),
    ]);
    expect(shape(dataset)).toEqual({ cat: ['a', 'b', 'z'], dog: ['c', 'a'], 'Caf\u00e9': ['x', 'y'] });
  });

  it('changes nothing in the old value', () => {
    const before = structuredClone(pets);
    addPictures(pets, [picture('new', 'q')]);
    withRenamedClass(pets, idOf(pets, 'cat'), 'tiger');
    withMovedPictures(pets, new Set(['id1']), idOf(pets, 'dog'));
    expect(pets).toEqual(before);
  });
});

describe('classes', () => {
  it('are added once', () => {
    const more = withClass(pets, ' bird ');
    expect(shape(more)).toEqual({ cat: ['a', 'b'], dog: ['c', 'a'], bird: [] });
    expect(withClass(more, 'bird')).toBe(more);
    expect(() => withClass(pets, '  ')).toThrow(AppError);
  });

  it('are renamed in place', () => {
    const renamed = withRenamedClass(pets, idOf(pets, 'cat'), ' <b>tiger</b> ');
    expect(shape(renamed)).toEqual({ '<b>tiger</b>': ['a', 'b'], dog: ['c', 'a'] });
    expect(shape(withRenamedClass(pets, idOf(pets, 'cat'), 'cat '))).toEqual(shape(pets));
    expect(() => withRenamedClass(pets, idOf(pets, 'cat'), ' ')).toThrow(AppError);
    expect(() => withRenamedClass(pets, 'nobody', 'x')).toThrow(AppError);
  });

  it('become one when renamed alike, or merged', () => {
    const renamed = withRenamedClass(pets, idOf(pets, 'cat'), 'dog');
    expect(shape(renamed)).toEqual({ dog: ['a', 'b', 'c', 'a'] });
    const both = [idOf(pets, 'cat'), idOf(pets, 'dog')];
    expect(shape(withMergedClasses(pets, both, idOf(pets, 'cat')))).toEqual({ cat: ['a', 'b', 'c', 'a'] });
    expect(() => withMergedClasses(pets, ['nobody'], idOf(pets, 'cat'))).toThrow(AppError);
  });

  it('go with their pictures', () => {
    expect(shape(withoutClass(pets, idOf(pets, 'cat')))).toEqual({ dog: ['c', 'a'] });
    expect(() => withoutClass(pets, 'nobody')).toThrow(AppError);
  });
});

describe('pictures', () => {
  it('are moved and deleted', () => {
    const ids = new Set(pets.pictures.slice(1, 3).map(({ id }) => id));
    expect(shape(withMovedPictures(pets, ids, idOf(pets, 'cat')))).toEqual({
      cat: ['a', 'b', 'c'],
      dog: ['a'],
    });
    expect(shape(withoutPictures(pets, ids))).toEqual({ cat: ['a'], dog: ['a'] });
    expect(() => withMovedPictures(pets, ids, 'nobody')).toThrow(AppError);
  });

  it('that were left out are kept in mind', () => {
    const skipped = [{ path: 'x.tif', reason: 'unsupportedFormat', details: { format: 'TIFF' } }] as const;
    expect(addSkipped(addSkipped(pets, skipped), []).skipped).toEqual(skipped);
  });
});

describe('findDuplicates', () => {
  it('tells the three kinds apart', () => {
    const { dataset } = addPictures(pets, [picture('cat', 'b', { folderSplit: 'test' })]);
    const splits = new Map(
      dataset.pictures.map(({ id, folderSplit }) => [id, folderSplit ?? ('train' as const)]),
    );
    const [catA, catB, , dogA, catB2] = dataset.pictures.map(({ id }) => id);
    expect(findDuplicates(dataset, splits)).toEqual({
      withinClass: [{ hash: 'b', classId: idOf(dataset, 'cat'), pictureIds: [catB, catB2] }],
      acrossClasses: [
        { hash: 'a', pictureIds: [catA, dogA], classIds: [idOf(dataset, 'cat'), idOf(dataset, 'dog')] },
      ],
      acrossSplits: [{ hash: 'b', pictureIds: [catB, catB2], splits: ['train', 'test'] }],
    });
  });
});
