import { describe, expect, it } from 'vitest';
import { amend, amendAll, begin, type History, record, stepBack, stepForward } from './history.ts';

const start: History<string> = { present: 'a', undo: [], redo: [] };

describe('history', () => {
  it('goes back and forth through every value', () => {
    const three = record(record(start, 'b', 'x'), 'c', 'y', { count: 2 });
    expect(stepBack(three).present).toBe('b');
    expect(stepBack(stepBack(three)).present).toBe('a');
    expect(stepBack(stepBack(stepBack(three))).present).toBe('a');
    const again = stepForward(stepForward(stepBack(stepBack(three))));
    expect(again.present).toBe('c');
    expect(again.undo.at(-1)).toMatchObject({ labelKey: 'y', values: { count: 2 } });
    expect(stepForward(again)).toBe(again);
  });

  it('forgets what was taken back when something new is done', () => {
    const changed = record(stepBack(record(start, 'b', 'x')), 'c', 'y');
    expect(changed.redo).toEqual([]);
    expect(stepBack(changed).present).toBe('a');
  });

  it('joins changes of the same kind when asked to', () => {
    const moved = record(record(record(start, 'b', 'x'), 'c', 'slide'), 'd', 'slide', {}, true);
    expect(stepBack(moved).present).toBe('b');
    expect(stepBack(record(record(start, 'b', 'x'), 'c', 'slide', {}, true)).present).toBe('b');
  });

  it('keeps at most a hundred steps', () => {
    let history = start;
    for (let count = 0; count < 150; count++) history = record(history, String(count), 'x');
    expect(history.undo).toHaveLength(100);
  });

  it('amends what came after a step, and nothing before it', () => {
    const begun = record(start, 'b', 'arriving');
    const since = begun.undo.at(-1)?.id ?? 0;
    const later = record(begun, 'c', 'rename');
    const amended = amend(later, since, (value) => `${value}+`);
    expect(amended.present).toBe('c+');
    expect(stepBack(amended).present).toBe('b+');
    expect(stepBack(stepBack(amended)).present).toBe('a');
  });
});

describe('a change that grows', () => {
  it('leaves what is taken back while it grows, and lets go of what was taken back before', () => {
    const before = stepBack(record(start, 'x', 'earlier'));
    const olderIds = before.redo.map(({ id }) => id);
    const undone = stepBack(record(stepForward(before), 'y', 'rename'));
    const begun = begin(undone, 'arriving', ({ id }) => !olderIds.includes(id));
    const since = begun.undo.at(-1)?.id ?? 0;
    const grown = amend(begun, since, (value) => `${value}+`);
    expect(grown.present).toBe('x+');
    expect(stepForward(grown).present).toBe('y+');
    expect(stepBack(grown).present).toBe('x');
    expect(begin(before, 'arriving', ({ id }) => !olderIds.includes(id)).redo).toEqual([]);
  });

  it('is before all that is remembered once it is forgotten itself', () => {
    const begun = begin(start, 'arriving', () => false);
    const since = begun.undo.at(-1)?.id ?? 0;
    let history = begun;
    for (let count = 0; count < 100; count++) history = record(history, String(count), 'x');
    const amended = amend(history, since, (value) => `${value}+`);
    expect(amended.undo.map(({ value }) => value).every((value) => value.endsWith('+'))).toBe(true);
  });

  it('and what changes outside the history, changes all of it', () => {
    const history = stepBack(record(record(start, 'b', 'x'), 'c', 'y'));
    const { present, undo, redo } = amendAll(history, (value) => `${value}!`);
    expect([present, undo[0]?.value, redo[0]?.value]).toEqual(['b!', 'a!', 'c!']);
  });
});
