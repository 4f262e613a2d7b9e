import { describe, expect, it } from 'vitest';
import type { Dataset, SplitSettings } from '../domain/dataset.ts';
import type { ContentHash, SplitName } from '../domain/picture.ts';
import { settleSplits, withDealsOf } from './deals.ts';
import {
  addPictures,
  emptyDataset,
  type NewPicture,
  withMovedPictures,
  withoutPictures,
} from './operations.ts';
import { assignSplits, countSplits } from './split.ts';

function pictures(count: number, className: string, more: Partial<NewPicture> = {}): NewPicture[] {
  const from = more.hash ?? className;
  return Array.from({ length: count }, (_, i) => ({
    ...{ className, name: `${from}-${i}.jpg`, path: `${className}/${from}-${i}.jpg` },
    ...{ widthPx: 4, heightPx: 3, sizeBytes: 99, folderSplit: null, burstId: null, ...more },
    hash: `${from} ${i}`,
  }));
}

const settle = (dataset: Dataset) => settleSplits(dataset, assignSplits(dataset));
const add = (dataset: Dataset, added: readonly NewPicture[]) => addPictures(dataset, added).dataset;
const start = (added: readonly NewPicture[]) => settle(add(emptyDataset('x'), added));
const withSplit = (dataset: Dataset, split: Partial<SplitSettings>): Dataset => ({
  ...dataset,
  split: { ...dataset.split, ...split },
});

/** Split of each content; an error where one content is in two. */
function partsOf(dataset: Dataset): Record<ContentHash, SplitName | undefined> {
  const splits = assignSplits(dataset);
  const parts: Record<ContentHash, SplitName | undefined> = {};
  for (const { id, hash } of dataset.pictures) {
    if (hash in parts) expect(splits.get(id), hash).toBe(parts[hash]);
    parts[hash] = splits.get(id);
  }
  return parts;
}

function counts(dataset: Dataset): Record<string, string> {
  const lines = countSplits(dataset, assignSplits(dataset));
  return Object.fromEntries(
    lines.map(({ className, train, validation, test }) => [className, `${train}/${validation}/${test}`]),
  );
}

/** Deterministic, other than by the seed of a division. */
function pick<Item>(items: readonly Item[], count: number, seed: number): readonly Item[] {
  return [...items]
    .map((item, i) => ({ item, place: (Math.imul(i + seed, 0x9e3779b1) >>> 0) % 1009 }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ item }) => item);
}

describe('what was dealt', () => {
  it('is what the rule of earlier versions gives, whose records know nothing of it', () => {
    const { deals: _, ...older } = start([...pictures(12, 'a'), ...pictures(8, 'b')]);
    // As that rule had it: a deal that changes would move pictures of every set that is kept.
    const inTest = Object.entries(partsOf(older)).flatMap(([hash, part]) => (part === 'test' ? [hash] : []));
    const inValidation = Object.entries(partsOf(older)).flatMap(([hash, part]) =>
      part === 'validation' ? [hash] : [],
    );
    expect([inTest, inValidation]).toMatchInlineSnapshot(`
      [
        [
          "a 0",
          "a 11",
          "b 7",
        ],
        [
          "a 3",
          "a 6",
          "b 1",
        ],
      ]
    `);
    expect(partsOf(settle(older))).toEqual(partsOf(older));
  });

  it('moves nowhere when pictures come: 30 more to 100, and the shares are met all the same', () => {
    const before = start([...pictures(60, 'a'), ...pictures(40, 'b')]);
    const after = add(before, [
      ...pictures(18, 'a', { hash: 'more' }),
      ...pictures(12, 'b', { hash: 'other' }),
    ]);
    expect(partsOf(after)).toMatchObject(partsOf(before));
    expect(counts(after)).toEqual({ a: '54/12/12', b: '36/8/8' });
    // The old rule dealt anew: this test could not fail without it.
    const { deals: _, ...anew } = after;
    expect(partsOf(anew)).not.toMatchObject(partsOf(before));
  });

  it('moves nowhere in forty changes one after the other, and each class keeps near its shares', () => {
    let dataset = start([...pictures(30, 'a'), ...pictures(12, 'b'), ...pictures(4, 'c')]);
    const seen: Record<ContentHash, SplitName | undefined> = {};
    for (let step = 0; step < 40; step++) {
      const before = partsOf(dataset);
      if (step % 4 === 3) {
        const gone = pick(dataset.pictures, 4, step).map(({ id }) => id);
        dataset = settle(withoutPictures(dataset, new Set(gone)));
      } else {
        const className = ['a', 'b', 'c'][step % 4] ?? 'a';
        dataset = settle(add(dataset, pictures(1 + (step % 7), className, { hash: `${className}${step}` })));
      }
      const after = partsOf(dataset);
      for (const hash of Object.keys(after)) {
        if (hash in before) expect(after[hash], hash).toBe(before[hash]);
        if (hash in seen) expect(after[hash], hash).toBe(seen[hash]);
        seen[hash] = after[hash];
      }
    }
    for (const line of countSplits(dataset, assignSplits(dataset))) {
      const total = line.train + line.validation + line.test;
      expect(Math.abs(line.test - 0.15 * total), line.className).toBeLessThan(4);
      expect(Math.min(line.validation, line.test), line.className).toBeGreaterThan(0);
    }
  });

  it('does not depend on the order in which pictures that come together arrive', () => {
    const before = start([...pictures(20, 'a'), ...pictures(9, 'b')]);
    const more = [...pictures(11, 'a', { hash: 'more' }), ...pictures(5, 'b', { hash: 'other' })];
    expect(partsOf(add(before, more.toReversed()))).toEqual(partsOf(add(before, more)));
  });

  it('gives a class that grows one by one its test and its validation as soon as it can', () => {
    let dataset = start(pictures(1, 'a'));
    const grown: string[] = [counts(dataset).a ?? ''];
    for (let i = 0; i < 9; i++) {
      dataset = settle(add(dataset, pictures(1, 'a', { hash: `single ${i}` })));
      grown.push(counts(dataset).a ?? '');
    }
    expect(grown.slice(0, 5)).toEqual(['1/0/0', '1/0/1', '1/1/1', '2/1/1', '3/1/1']);
    expect(grown.at(-1)).toBe('7/2/1');
  });

  it('fills the test first where a class has lost its own', () => {
    const before = start(pictures(20, 'a'));
    const parts = partsOf(before);
    const gone = before.pictures.filter(({ hash }) => parts[hash] === 'test').map(({ id }) => id);
    const without = settle(withoutPictures(before, new Set(gone)));
    expect(counts(without)).toEqual({ a: '14/3/0' });
    expect(counts(add(without, pictures(2, 'a', { hash: 'more' })))).toEqual({ a: '14/3/2' });
  });

  it('is known again when a picture comes back, and goes with it into another class', () => {
    const before = start([...pictures(20, 'a'), ...pictures(20, 'b')]);
    const some = pick(before.pictures, 12, 3);
    const without = settle(withoutPictures(before, new Set(some.map(({ id }) => id))));
    const back = add(
      without,
      some.map(({ id: _, classId: __, ...picture }) => ({ ...picture, className: 'b' })),
    );
    expect(partsOf(back)).toMatchObject(partsOf(before));
    const [moved] = before.pictures;
    const target = before.classes[1]?.id ?? '';
    expect(partsOf(withMovedPictures(before, new Set([moved?.id ?? '']), target))).toEqual(partsOf(before));
  });

  it('draws others of its group after it: a copy in another class, shots of a burst, names of one pattern', () => {
    const before = start([...pictures(20, 'a'), ...pictures(6, 'b', { burstId: 'one' })]);
    const copies = add(before, pictures(20, 'b', { hash: 'a' }));
    expect(partsOf(copies)).toEqual(partsOf(before));
    const burst = add(before, pictures(5, 'b', { hash: 'shot', burstId: 'one' }));
    expect(partsOf(burst)['shot 3']).toBe(partsOf(before)['b 3']);
  });

  it('is dealt anew by another seed or other shares, and found again by the first', () => {
    const grown = settle(
      add(start([...pictures(40, 'a'), ...pictures(40, 'b')]), pictures(30, 'a', { hash: 'more' })),
    );
    const another = settle(withSplit(grown, { seed: 2 }));
    expect(partsOf(another)).not.toEqual(partsOf(grown));
    const shares = { train: 0.5, validation: 0.25, test: 0.25 };
    expect(counts(withSplit(grown, { fractions: shares }))).toEqual({ a: '35/18/17', b: '20/10/10' });
    expect(partsOf(withSplit(another, { seed: 1 }))).toEqual(partsOf(grown));
  });

  it('moves only what another group pattern finds torn apart', () => {
    const own = pictures(30, 'own').map((picture, i) => ({ ...picture, name: `IMG_${i}.jpg` }));
    const before = start([
      ...own,
      ...pictures(30, 'emoji').map((one, i) => ({ ...one, name: `smile${i % 6}_${i}` })),
    ]);
    const after = withSplit(before, { groupPattern: '^(smile\\d)_' });
    const [was, now] = [partsOf(before), partsOf(after)];
    for (const { hash } of own) expect(now[hash]).toBe(was[hash]);
    const groups = new Map<string, Set<SplitName | undefined>>();
    for (const { hash, name } of after.pictures.filter(({ hash: one }) => one.startsWith('emoji'))) {
      const group = name.split('_')[0] ?? '';
      groups.set(group, (groups.get(group) ?? new Set()).add(now[hash]));
    }
    expect([...groups.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
    // Written down, it stays, and the pattern may go.
    expect(partsOf(withSplit(settle(after), { groupPattern: null }))).toEqual(now);
  });

  it('is the same object where nothing is new', () => {
    const dataset = start(pictures(10, 'a'));
    expect(settle(dataset)).toBe(dataset);
    const empty = emptyDataset('x');
    expect(settle(empty)).toBe(empty);
  });

  it('remembers three divisions', () => {
    let dataset = start(pictures(10, 'a'));
    for (const seed of [2, 3, 4]) dataset = settle(withSplit(dataset, { seed }));
    expect(dataset.deals?.map(({ seed }) => seed)).toEqual([2, 3, 4]);
  });
});

describe('folders with parts of their own', () => {
  const inFolder = (folderSplit: SplitName, count: number) =>
    pictures(count, 'a', { hash: folderSplit, folderSplit });

  it('have the word before what was dealt', () => {
    const first = start([...pictures(20, 'a', { hash: 'free' }), ...inFolder('test', 20)]);
    expect(counts(first)).toEqual({ a: '28/6/6' });
    const all = add(first, [...inFolder('train', 20), ...inFolder('validation', 20)]);
    const parts = partsOf(all);
    for (const split of ['train', 'validation', 'test'])
      for (let i = 0; i < 20; i++) expect(parts[`${split} ${i}`]).toBe(split);
    // Those that no folder has anything to say of stay.
    for (let i = 0; i < 20; i++) expect(parts[`free ${i}`]).toBe(partsOf(first)[`free ${i}`]);
  });

  it('keep what was drawn out of their train pictures while more of these come', () => {
    const before = start([...inFolder('train', 85), ...inFolder('test', 40)]);
    expect(counts(before)).toEqual({ a: '70/15/40' });
    const after = add(before, pictures(17, 'a', { hash: 'more', folderSplit: 'train' }));
    expect(partsOf(after)).toMatchObject(partsOf(before));
    expect(counts(after)).toEqual({ a: '84/18/40' });
    // A folder for it, and all go back.
    expect(counts(settle(add(after, inFolder('validation', 5))))).toEqual({ a: '102/5/40' });
  });

  it('take the copy of one of their pictures with them', () => {
    const before = start(pictures(10, 'b', { hash: 'test' }));
    const after = add(before, [...inFolder('train', 10), ...inFolder('test', 10)]);
    for (let i = 0; i < 10; i++) expect(partsOf(after)[`test ${i}`]).toBe('test');
  });
});

describe('an earlier state', () => {
  it('learns what was dealt since, and keeps what it knows itself', () => {
    const earlier = start([...pictures(20, 'a'), ...pictures(20, 'b')]);
    const grown = add(earlier, pictures(15, 'a', { hash: 'more' }));
    const later = settle(
      withMovedPictures(
        grown,
        new Set(grown.pictures.slice(0, 9).map(({ id }) => id)),
        grown.classes[1]?.id ?? '',
      ),
    );
    expect(partsOf(withDealsOf(grown, later))).toEqual(partsOf(later));
    expect(withDealsOf(earlier, earlier)).toBe(earlier);
    // Of a set that was emptied meanwhile nothing can be learned.
    expect(partsOf(withDealsOf(earlier, start(pictures(9, 'a', { hash: 'new' }))))).toEqual(partsOf(earlier));
  });
});
