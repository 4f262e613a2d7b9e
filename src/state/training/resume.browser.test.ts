import { expect, it } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import type { DatasetPicture } from '../../domain/dataset.ts';
import { planOf } from './resume.ts';

it('finds the pictures again, and has a name for one that is gone', () => {
  const picture: DatasetPicture = {
    ...{ id: 'p', hash: 'h1', name: 'a.png', path: 'cat/a.png', classId: 'c', folderSplit: null },
    ...{ burstId: null, widthPx: 4, heightPx: 3, sizeBytes: 5 },
  };
  const examples = [
    { hash: 'h1', classIndex: 1, split: 'test' as const },
    { hash: '0123456789abcdef', classIndex: 0, split: 'train' as const },
  ];
  const plan = planOf({ classNames: ['x', 'y'], examples }, { ...emptyDataset(''), pictures: [picture] });
  expect(plan.classNames).toEqual(['x', 'y']);
  expect(plan.examples[0]).toEqual({ ...examples[0], picture });
  expect(plan.examples[1]).toMatchObject({ ...examples[1], picture: { name: '01234567' } });
});
