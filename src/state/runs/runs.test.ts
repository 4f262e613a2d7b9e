import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../testing/storage/records.ts';
import { type ChosenRuns, chosenRuns, MOST_COMPARED, toggled } from './runs.ts';

describe('toggled', () => {
  it('fills places in order, and a free one first', () => {
    const three = ['a', 'b', 'c'].reduce(toggled, {} as ChosenRuns);
    expect(three).toEqual({ a: 0, b: 1, c: 2 });
    const two = toggled(three, 'a');
    expect(two).toEqual({ b: 1, c: 2 });
    expect(toggled(two, 'd')).toEqual({ b: 1, c: 2, d: 0 });
  });

  it('takes no more than there are places', () => {
    const ids = Array.from({ length: MOST_COMPARED }, (_, index) => `run ${index}`);
    const full = ids.reduce(toggled, {} as ChosenRuns);
    expect(toggled(full, 'one more')).toBe(full);
    expect(toggled(full, 'run 0')).not.toHaveProperty('run 0');
  });
});

describe('chosenRuns', () => {
  it('lists those that are there by their places', () => {
    const runs = ['a', 'b', 'c'].map((id) => sampleRun(id, '2026-01-01T00:00:00.000Z'));
    const placed = chosenRuns({ runs, chosen: { c: 0, a: 2, gone: 1 } });
    expect(placed.map(({ run, place }) => [run.id, place])).toEqual([
      ['c', 0],
      ['a', 2],
    ]);
  });
});
