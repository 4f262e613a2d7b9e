import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetPicture } from '../../domain/dataset.ts';
import type { SplitName } from '../../domain/picture.ts';
import {
  findMistakes,
  modelName,
  planTraining,
  summarizeData,
  untrainableClasses,
  withoutFailed,
} from './plan.ts';

function picture(id: string, classId: string): DatasetPicture {
  return {
    id,
    hash: `hash-${id}`,
    name: `${id}.jpg`,
    path: `${classId}/${id}.jpg`,
    classId,
    folderSplit: null,
    burstId: null,
    widthPx: 10,
    heightPx: 10,
    sizeBytes: 100,
  };
}

const DATASET: Dataset = {
  name: 'pets',
  classes: [
    { id: 'c', name: 'cat' },
    { id: 'empty', name: 'empty' },
    { id: 'd', name: 'dog' },
  ],
  pictures: [picture('1', 'c'), picture('2', 'd'), picture('3', 'd'), picture('4', 'c'), picture('5', 'd')],
  skipped: [],
  split: {
    source: 'fractions',
    fractions: { train: 0.7, validation: 0.15, test: 0.15 },
    seed: 7,
    groupPattern: null,
  },
};
const SPLITS = new Map<string, SplitName>([
  ['1', 'train'],
  ['2', 'train'],
  ['3', 'test'],
  ['4', 'test'],
  ['5', 'validation'],
]);

describe('a plan', () => {
  const plan = planTraining(DATASET, SPLITS);

  it('skips empty classes and numbers the others in order', () => {
    expect(plan.classNames).toEqual(['cat', 'dog']);
    expect(plan.examples.map(({ classIndex }) => classIndex)).toEqual([0, 1, 1, 0, 1]);
  });

  it('leaves out pictures without a split', () => {
    const some = new Map([...SPLITS].filter(([id]) => id !== '3'));
    expect(planTraining(DATASET, some).examples.map(({ hash }) => hash)).not.toContain('hash-3');
  });

  it('counts by class and split', () => {
    expect(summarizeData(plan, DATASET)).toEqual({
      name: 'pets',
      seed: 7,
      splitSource: 'fractions',
      counts: [
        { className: 'cat', train: 1, validation: 0, test: 1 },
        { className: 'dog', train: 1, validation: 1, test: 1 },
      ],
    });
  });

  it('names classes that lost all their training pictures', () => {
    expect(untrainableClasses(plan)).toEqual([]);
    expect(untrainableClasses(withoutFailed(plan, new Set(['hash-2'])))).toEqual(['dog']);
  });

  it('finds mistakes among the test pictures, the surest first', () => {
    // Lines: picture 3 (a dog), picture 4 (a cat).
    expect(findMistakes(plan, Float32Array.of(0.25, 0.75, 0.5, 0.5))).toEqual([]);
    const mistakes = findMistakes(plan, Float32Array.of(0.75, 0.25, 0.125, 0.875));
    expect(
      mistakes.map(({ pictureName, trueClass, predictedClass }) => [pictureName, trueClass, predictedClass]),
    ).toEqual([
      ['4.jpg', 'cat', 'dog'],
      ['3.jpg', 'dog', 'cat'],
    ]);
    expect(mistakes[0]?.probability).toBe(0.875);
  });
});

it('names a model after its data and the local time', () => {
  const now = new Date(2026, 10, 2, 5, 7);
  expect(modelName(' pets ', now)).toBe('pets – 2026-11-02 05:07');
  expect(modelName('', now)).toBe('2026-11-02 05:07');
});
