import { describe, expect, it } from 'vitest';
import type { SplitName } from './picture.ts';
import { createSeenCheck, isMarks, seenAfter, seenOf } from './seenPictures.ts';

/** As SHA-256 gives it. */
const hashOf = (n: number) => n.toString(16).padStart(64, '0');
const shown = (split: SplitName, ...numbers: readonly number[]) =>
  numbers.map((n) => ({ hash: hashOf(n), split }));

describe('what a model has seen', () => {
  const first = seenAfter(
    [...shown('train', 3, 1, 2, 3), ...shown('validation', 7), ...shown('test', 8)],
    null,
  );

  it('is sixteen letters a picture, each once and in order, and nothing of the test', () => {
    expect(first).toEqual({
      train: [1, 2, 3].map((n) => hashOf(n).slice(-16)).join(''),
      validation: hashOf(7).slice(-16),
    });
    expect(isMarks(first.train)).toBe(true);
    expect(isMarks(first.train.slice(1))).toBe(false);
  });

  it('is told of each picture', () => {
    const check = createSeenCheck(first);
    expect([1, 2, 3, 7, 8, 9].map((n) => check(hashOf(n)))).toEqual([
      ...['train', 'train', 'train', 'validation'],
      ...[null, null],
    ]);
  });

  it('holds what the model it went on from had seen, however long the chain', () => {
    const second = seenAfter([...shown('train', 4), ...shown('validation', 1)], first);
    const third = seenAfter(shown('train', 5), second);
    const check = createSeenCheck(third);
    expect([1, 2, 3, 4, 5, 7, 8].map((n) => check(hashOf(n)))).toEqual([
      ...['train', 'train', 'train', 'train', 'train'],
      ...['validation', null],
    ]);
  });

  it('stays incomplete where one of them does not tell', () => {
    const older = seenOf({});
    expect(older.isPartial).toBe(true);
    expect(seenAfter(shown('train', 1), seenAfter([], older)).isPartial).toBe(true);
    expect(seenOf({ seen: first })).toBe(first);
  });
});
