import { describe, expect, it } from 'vitest';
import type { Dataset, SplitSettings } from '../domain/dataset.ts';
import type { SplitName } from '../domain/picture.ts';
import { AppError } from '../shared/errors.ts';
import { toTargets } from './draw.ts';
import { createGroupKey } from './groups.ts';
import { addPictures, emptyDataset, type NewPicture, withClass } from './operations.ts';
import { assignSplits, checkTrainable, countSplits } from './split.ts';

let serial = 0;
function picture(className: string, more: Partial<NewPicture> = {}): NewPicture {
  const hash = more.hash ?? `${className} ${serial++}`;
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

function many(count: number, className: string, more: (index: number) => Partial<NewPicture> = () => ({})) {
  return Array.from({ length: count }, (_, i) =>
    picture(className, { hash: `${className} ${i}`, ...more(i) }),
  );
}

function build(pictures: readonly NewPicture[], split: Partial<SplitSettings> = {}): Dataset {
  const { dataset } = addPictures(emptyDataset('x'), pictures);
  return { ...dataset, split: { ...dataset.split, ...split } };
}

/** `train/validation/test` of each class. */
function counts(dataset: Dataset): Record<string, string> {
  return Object.fromEntries(
    countSplits(dataset, assignSplits(dataset)).map(({ className, train, validation, test }) => [
      className,
      `${train}/${validation}/${test}`,
    ]),
  );
}

/** Split of each picture by its hash, which stays the same when a data set is built again. */
function byHash(dataset: Dataset): Map<string, SplitName | undefined> {
  const splits = assignSplits(dataset);
  return new Map(dataset.pictures.map(({ id, hash, path }) => [`${hash} ${path}`, splits.get(id)]));
}

const FRACTIONS = { train: 0.7, validation: 0.15, test: 0.15 };

describe('toTargets', () => {
  it.each([
    [100, [70, 15, 15]],
    [20, [14, 3, 3]],
    [10, [7, 2, 1]],
    [5, [3, 1, 1]],
    [4, [2, 1, 1]],
    [3, [1, 1, 1]],
    [2, [2, 0, 0]],
    [1, [1, 0, 0]],
    [0, [0, 0, 0]],
  ])('parts %i', (total, [train, validation, test]) => {
    expect(toTargets(total, FRACTIONS)).toEqual({ train, validation, test });
  });

  it('leaves splits of fraction 0 empty, and does not mind fractions that do not add up to 1', () => {
    expect(toTargets(10, { train: 8, validation: 0, test: 2 })).toEqual({ train: 8, validation: 0, test: 2 });
  });
});

describe('assignSplits by fractions', () => {
  it('parts every class by the fractions', () => {
    expect(counts(build([...many(100, 'a'), ...many(40, 'b'), ...many(7, 'c')]))).toEqual({
      a: '70/15/15',
      b: '28/6/6',
      c: '5/1/1',
    });
  });

  it('depends on the seed and on nothing else', () => {
    const pictures = [...many(60, 'a'), ...many(60, 'b')];
    const first = byHash(build(pictures));
    expect(byHash(build(pictures))).toEqual(first);
    expect(new Map([...byHash(build(pictures.toReversed()))].sort())).toEqual(new Map([...first].sort()));
    expect(byHash(build(pictures, { seed: 2 }))).not.toEqual(first);
  });

  it('keeps bursts whole and still meets the fractions closely', () => {
    const dataset = build(many(200, 'a', (i) => ({ burstId: `burst ${Math.floor(i / 5)}` })));
    const splits = assignSplits(dataset);
    const ofBurst = new Map<string | null, Set<SplitName | undefined>>();
    for (const { id, burstId } of dataset.pictures) {
      ofBurst.set(burstId, (ofBurst.get(burstId) ?? new Set()).add(splits.get(id)));
    }
    expect([...ofBurst.values()].every((found) => found.size === 1)).toBe(true);
    expect(counts(dataset)).toEqual({ a: '140/30/30' });
  });

  it('gives three large bursts one split each, and two to train and test', () => {
    const bursts = (count: number) => many(count * 30, 'a', (i) => ({ burstId: `${Math.floor(i / 30)}` }));
    expect(counts(build(bursts(3)))).toEqual({ a: '30/30/30' });
    expect(counts(build(bursts(2)))).toEqual({ a: '30/0/30' });
    expect(counts(build(bursts(1)))).toEqual({ a: '30/0/0' });
  });

  it('keeps a group of a name pattern whole, across classes too', () => {
    const dataset = build(
      [
        ...many(60, 'a', (i) => ({ name: `person${i % 12}_${i}.jpg` })),
        ...many(60, 'b', (i) => ({ name: `person${i % 12}_${i}.jpg` })),
      ],
      { groupPattern: '^(person\\d+)_' },
    );
    const splits = assignSplits(dataset);
    const ofPerson = new Map<string, Set<SplitName | undefined>>();
    for (const { id, name } of dataset.pictures) {
      const person = name.split('_')[0] ?? '';
      ofPerson.set(person, (ofPerson.get(person) ?? new Set()).add(splits.get(id)));
    }
    expect(ofPerson.size).toBe(12);
    expect([...ofPerson.values()].every((found) => found.size === 1)).toBe(true);
    for (const line of countSplits(dataset, splits)) {
      expect(Math.abs(line.train - 42)).toBeLessThanOrEqual(5);
      expect(Math.min(line.validation, line.test)).toBeGreaterThanOrEqual(5);
    }
  });

  it('keeps the same content in one split, even in two classes', () => {
    const dataset = build([...many(30, 'a'), ...many(30, 'b', (i) => ({ hash: `a ${i}` }))]);
    const splits = assignSplits(dataset);
    for (let i = 0; i < 30; i++) {
      const found = dataset.pictures.filter(({ hash }) => hash === `a ${i}`).map(({ id }) => splits.get(id));
      expect(found).toHaveLength(2);
      expect(found[0]).toBe(found[1]);
    }
  });

  it('gives nothing to a split of fraction 0', () => {
    const split = { fractions: { train: 0.8, validation: 0, test: 0.2 } };
    expect(counts(build(many(10, 'a'), split))).toEqual({ a: '8/0/2' });
  });

  it('parts 10,000 pictures', () => {
    const dataset = build(Array.from({ length: 10 }, (_, c) => many(1000, `class ${c}`)).flat());
    expect(counts(dataset)).toMatchObject({ 'class 3': '700/150/150' });
  });
});

describe('assignSplits by folders', () => {
  const inFolder = (folderSplit: SplitName | null) => () => ({ folderSplit });
  const folders = (train: number, validation: number, test: number, free = 0) => [
    ...many(train, 'a', (i) => ({ folderSplit: 'train', hash: `train ${i}` })),
    ...many(validation, 'a', (i) => ({ folderSplit: 'validation', hash: `validation ${i}` })),
    ...many(test, 'a', (i) => ({ folderSplit: 'test', hash: `test ${i}` })),
    ...many(free, 'a', (i) => ({ folderSplit: null, hash: `free ${i}` })),
  ];

  it('keeps what they say', () => {
    expect(counts(build(folders(5, 20, 30)))).toEqual({ a: '5/20/30' });
  });

  it('draws pictures without a folder by the fractions', () => {
    expect(counts(build(folders(5, 20, 30, 100)))).toEqual({ a: '75/35/45' });
  });

  it('draws a missing validation out of train, and a missing test too', () => {
    expect(counts(build(folders(85, 0, 40)))).toEqual({ a: '70/15/40' });
    expect(counts(build(folders(85, 40, 0)))).toEqual({ a: '70/40/15' });
    expect(counts(build(folders(100, 0, 0)))).toEqual({ a: '70/15/15' });
  });

  it('does not draw a validation that nobody wants', () => {
    const split = { fractions: { train: 0.8, validation: 0, test: 0.2 } };
    expect(counts(build(folders(85, 0, 40), split))).toEqual({ a: '85/0/40' });
  });

  it('draws all where folders give nothing to learn from, or nobody asks for them', () => {
    expect(counts(build(many(100, 'a', inFolder('test'))))).toEqual({ a: '70/15/15' });
    expect(counts(build(folders(5, 20, 75), { source: 'fractions' }))).toEqual({ a: '70/15/15' });
  });

  it('puts a copy of a test picture into test', () => {
    const dataset = build([...folders(20, 20, 20), picture('b', { hash: 'test 3' })]);
    expect(counts(dataset)).toMatchObject({ b: '0/0/1' });
  });
});

describe('createGroupKey', () => {
  it('takes the first capture group, or the whole match', () => {
    expect(createGroupKey('^(\\w+)-\\d+')('cat-12.jpg')).toBe('cat');
    expect(createGroupKey('^[a-z]+')('cat-12.jpg')).toBe('cat');
    expect(createGroupKey('^(\\w+)-\\d+')('nothing')).toBeNull();
    expect(createGroupKey('(IMG|DSC)_')('DSC_1.jpg')).toBe('DSC');
  });

  it.each(['(', '[', '*', '\\', '(?<n', 'a{2,1}'])('refuses %j', (pattern) => {
    expect(() => createGroupKey(pattern)).toThrow(AppError);
  });

  it.each(['(a+)+$', '(a*)*b', '(a|a)*$', '((a+)b?)+', '(?:x{1,})*', '.*.*.*.*.*x', 'a'.repeat(101)])(
    'refuses %j, which could hang the tab',
    (pattern) => {
      expect(() => createGroupKey(pattern)).toThrow(AppError);
    },
  );

  it('looks at no more than 200 characters', () => {
    expect(createGroupKey('x$')(`${'x'.repeat(200)}yyy`)).toBe('x');
  });

  it('is refused by assignSplits by name', () => {
    expect(() => assignSplits(build(many(5, 'a'), { groupPattern: '(' }))).toThrow(
      expect.objectContaining({ code: 'groupPatternInvalid' }),
    );
  });
});

describe('checkTrainable', () => {
  const check = (dataset: Dataset) =>
    checkTrainable(dataset, assignSplits(dataset)).map(({ severity, code }) => `${severity} ${code}`);

  it('has nothing against a good data set', () => {
    expect(check(build([...many(100, 'a'), ...many(90, 'b')]))).toEqual([]);
  });

  it('wants two classes with pictures', () => {
    expect(check(emptyDataset('x'))).toEqual(['error tooFewClasses']);
    expect(check(withClass(build(many(50, 'a')), 'b'))).toEqual([
      'error tooFewClasses',
      'warning emptyClass',
    ]);
  });

  it('names classes that are too small, and what is unequal', () => {
    const findings = (dataset: Dataset) => checkTrainable(dataset, assignSplits(dataset));
    const dataset = build([...many(200, 'a'), ...many(100, 'b'), ...many(2, 'c')]);
    expect(findings(dataset)).toEqual([
      { severity: 'error', code: 'classTooSmall', details: { className: 'c', count: 2, minimum: 3 } },
      {
        severity: 'warning',
        code: 'unbalanced',
        details: { largest: 'a', largestCount: 200, smallest: 'c', smallestCount: 2 },
      },
    ]);
  });

  it('warns of a small test, of one burst a class, and of no validation', () => {
    expect(check(build([...many(20, 'a'), ...many(20, 'b')]))).toEqual(['warning testTiny']);
    const burst = (name: string) => many(40, name, () => ({ burstId: name }));
    expect(check(build([...burst('a'), ...burst('b')]))).toEqual([
      'warning testTiny',
      'warning noValidation',
    ]);
    expect(check(build([...many(200, 'a'), ...burst('b')]))).toEqual([
      'warning classWithoutTest',
      'warning unbalanced',
    ]);
  });

  it('names a class that folders keep out of train', () => {
    const dataset = build([
      ...many(50, 'a', (i) => ({ folderSplit: i < 25 ? 'train' : 'test' })),
      ...many(50, 'b', (i) => ({ folderSplit: i < 25 ? 'validation' : 'test' })),
    ]);
    expect(check(dataset)).toEqual(['error classWithoutTrain']);
  });

  it('names a pattern that cannot be used, before there are splits', () => {
    const dataset = build([...many(50, 'a'), ...many(50, 'b')], { groupPattern: '(' });
    expect(checkTrainable(dataset, new Map())).toEqual([
      { severity: 'error', code: 'groupPatternInvalid', details: { pattern: '(' } },
    ]);
  });
});
