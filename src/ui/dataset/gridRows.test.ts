import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetPicture } from '../../domain/dataset.ts';
import { neighbour, rangeBetween, toGridRows } from './gridRows.ts';

const picture = (id: string, classId: string): DatasetPicture => ({
  id,
  classId,
  hash: id,
  name: `${id}.png`,
  path: `${classId}/${id}.png`,
  folderSplit: null,
  burstId: null,
  widthPx: 1,
  heightPx: 1,
  sizeBytes: 1,
});

const dataset: Dataset = {
  name: 'x',
  classes: [
    { id: 'A', name: 'A' },
    { id: 'B', name: 'B' },
    { id: 'C', name: 'C' },
  ],
  // Mixed order on purpose: classes are put together, the order within is kept.
  pictures: [
    picture('a1', 'A'),
    picture('c1', 'C'),
    picture('a2', 'A'),
    picture('a3', 'A'),
    picture('c2', 'C'),
    picture('a4', 'A'),
    picture('a5', 'A'),
  ],
  skipped: [],
  split: {
    source: 'fractions',
    fractions: { train: 0.7, validation: 0.15, test: 0.15 },
    seed: 1,
    groupPattern: null,
  },
};
const shape = (rows: ReturnType<typeof toGridRows>) =>
  rows.map((row) => (row.kind === 'pictures' ? row.pictures.map(({ id }) => id).join(' ') : row.kind));

describe('grid rows', () => {
  const rows = toGridRows(dataset, 3, new Set());

  it('are headers and lines of pictures', () => {
    expect(shape(rows)).toEqual(['class', 'a1 a2 a3', 'a4 a5', 'class', 'empty', 'class', 'c1 c2']);
    expect(shape(toGridRows(dataset, 3, new Set(['A', 'B'])))).toEqual(['class', 'class', 'class', 'c1 c2']);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('let the arrow keys walk, over headers and short lines', () => {
    const go = (from: string, direction: Parameters<typeof neighbour>[2]) =>
      neighbour(rows, from, direction)?.id ?? null;
    expect(go('a3', 'right')).toBe('a4');
    expect(go('a1', 'left')).toBeNull();
    expect(go('a3', 'down')).toBe('a5');
    expect(go('a5', 'down')).toBe('c2');
    expect(go('c1', 'up')).toBe('a4');
    expect(go('c2', 'down')).toBeNull();
    expect(go('gone', 'down')).toBeNull();
    expect(go('c2', 'first')).toBe('a1');
    expect(go('a1', 'last')).toBe('c2');
    expect(neighbour(rows, 'a5', 'right')).toEqual({ id: 'c1', rowIndex: 6 });
  });

  it('give ranges in the order shown, either way round', () => {
    expect(rangeBetween(rows, 'a4', 'c1')).toEqual(['a4', 'a5', 'c1']);
    expect(rangeBetween(rows, 'c1', 'a4')).toEqual(['a4', 'a5', 'c1']);
    expect(rangeBetween(rows, 'gone', 'a1')).toEqual(['a1']);
    expect(rangeBetween(rows, 'a1', 'gone')).toEqual([]);
  });
});
