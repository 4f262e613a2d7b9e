import { describe, expect, it } from 'vitest';
import type { Dataset } from '../domain/dataset.ts';
import { mergeDatasets } from './merge.ts';
import {
  addPictures,
  addSkipped,
  emptyDataset,
  type NewPicture,
  withClass,
  withMergedClasses,
  withMovedPictures,
  withoutClass,
  withoutPictures,
  withRenamedClass,
} from './operations.ts';

const picture = (name: string, className: string): NewPicture => ({
  ...{
    hash: `hash ${name}`,
    name,
    path: `${className}/${name}`,
    className,
    folderSplit: null,
    burstId: null,
  },
  ...{ widthPx: 1, heightPx: 1, sizeBytes: 1 },
});
const added = (dataset: Dataset, ...pictures: NewPicture[]) => addPictures(dataset, pictures).dataset;
const base = added(
  emptyDataset('pets'),
  picture('tom', 'cats'),
  picture('kit', 'cats'),
  picture('rex', 'dogs'),
);
const idOf = ({ classes }: Dataset, name: string) => classes.find((one) => one.name === name)?.id ?? '';
const pictureId = (name: string) => base.pictures.find((one) => one.name === name)?.id ?? '';
/** `class: names` of every class. */
function placed({ classes, pictures }: Dataset): string[] {
  return classes.map(({ id, name }) => {
    const names = pictures.filter(({ classId }) => classId === id).map((one) => one.name);
    return `${name}: ${names.join(' ')}`;
  });
}
const merge = (mine: Dataset, theirs: Dataset) => placed(mergeDatasets(base, mine, theirs));

describe('the changes of two tabs', () => {
  it('are all of the other where this one made none, and all of this one where the other made none', () => {
    const changed = added(withoutPictures(base, new Set([pictureId('tom')])), picture('max', 'dogs'));
    expect(mergeDatasets(base, base, changed)).toBe(changed);
    expect(mergeDatasets(base, changed, base)).toEqual(changed);
  });

  it('bring the pictures of both, the same picture once, and a class of one name once', () => {
    const mine = added(base, picture('max', 'dogs'), picture('pip', 'birds'), picture('both', 'birds'));
    const theirs = added(base, picture('leo', 'cats'), picture('both', 'birds'));
    expect(merge(mine, theirs)).toEqual(['cats: tom kit leo', 'dogs: rex max', 'birds: both pip']);
  });

  it('take away what one of them deleted', () => {
    const mine = withoutPictures(base, new Set([pictureId('tom')]));
    const theirs = withoutClass(base, idOf(base, 'dogs'));
    expect(merge(mine, theirs)).toEqual(['cats: kit']);
    expect(merge(theirs, mine)).toEqual(['cats: kit']);
  });

  it('move and rename what the other still has', () => {
    const dogs = idOf(base, 'dogs');
    const mine = withRenamedClass(withMovedPictures(base, new Set([pictureId('kit')]), dogs), dogs, 'hounds');
    const theirs = withoutPictures(base, new Set([pictureId('tom')]));
    expect(merge(mine, theirs)).toEqual(['cats: ', 'hounds: kit rex']);
    expect(merge(mine, added(base, picture('leo', 'hounds')))).toEqual(['cats: tom', 'hounds: kit rex leo']);
    expect(merge(withClass(base, 'fish'), theirs)).toEqual(['cats: kit', 'dogs: rex', 'fish: ']);
  });

  it('lose no picture that came to a class which the other deleted or merged away', () => {
    const mine = added(base, picture('max', 'dogs'));
    expect(merge(mine, withoutClass(base, idOf(base, 'dogs')))).toEqual(['cats: tom kit', 'dogs: max']);
    const merged = withMergedClasses(base, [idOf(base, 'dogs')], idOf(base, 'cats'));
    expect(merge(mine, merged)).toEqual(['cats: tom kit rex', 'dogs: max']);
    expect(merge(merged, mine)).toEqual(['cats: tom kit rex', 'dogs: max']);
  });

  it('change name, split and list of files left out where only one of them did', () => {
    const file = (path: string) => ({ path, reason: 'empty', details: {} }) as const;
    const before = addSkipped(base, [file('a'), file('b')]);
    const mine = { ...addSkipped(before, [file('c')]), name: 'friends' };
    const theirs = {
      ...addSkipped({ ...before, skipped: [] }, [file('d')]),
      split: { ...base.split, seed: 7 },
    };
    const { name, split, skipped } = mergeDatasets(before, mine, theirs);
    expect([name, split.seed, skipped.map(({ path }) => path)]).toEqual(['friends', 7, ['d', 'c']]);
    const other = mergeDatasets(before, theirs, mine);
    expect([other.name, other.split.seed, other.skipped.map(({ path }) => path)]).toEqual([
      'friends',
      7,
      ['c', 'd'],
    ]);
  });
});

it('what either tab has dealt stays where it was dealt', () => {
  const dealt = (dataset: Dataset, parts: Record<string, 'train' | 'test'>): Dataset => {
    const { fractions, seed, groupPattern } = dataset.split;
    return { ...dataset, deals: [{ fractions, seed, groupPattern, parts }] };
  };
  const mine = dealt(added(base, picture('new', 'cats')), { 'hash new': 'test', 'hash tom': 'train' });
  const theirs = dealt(base, { 'hash tom': 'test', 'hash rex': 'train' });
  expect(mergeDatasets(base, mine, theirs).deals).toMatchObject([
    { parts: { 'hash new': 'test', 'hash tom': 'test', 'hash rex': 'train' } },
  ]);
});
