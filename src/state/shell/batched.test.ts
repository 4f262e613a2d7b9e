import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatch } from './batched.ts';

describe('createBatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shows the first at once and the rest together, in order, none twice', () => {
    const shown: (readonly number[])[] = [];
    const batch = createBatch<number>((items) => shown.push(items), 100);
    for (let i = 0; i < 5; i++) batch.add(i);
    expect(shown).toEqual([[0]]);
    vi.advanceTimersByTime(100);
    expect(shown).toEqual([[0], [1, 2, 3, 4]]);
    batch.add(5);
    expect(shown).toHaveLength(2);
    vi.advanceTimersByTime(100);
    expect(shown[2]).toEqual([5]);
    vi.advanceTimersByTime(1000);
    expect(shown).toHaveLength(3);
    batch.add(6);
    expect(shown[3]).toEqual([6]);
  });

  it('shows less often what takes long to show, so that something else is done, too', () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const shown: number[] = [];
    const batch = createBatch<number>((items) => {
      shown.push(items.length);
      nowMs += 300;
    }, 100);
    batch.add(1);
    vi.advanceTimersByTime(10);
    batch.add(2);
    vi.advanceTimersByTime(100);
    expect(shown).toEqual([1, 1]);
    batch.add(3);
    vi.advanceTimersByTime(2900);
    expect(shown).toEqual([1, 1]);
    vi.advanceTimersByTime(100);
    expect(shown).toEqual([1, 1, 1]);
    nowMs += 3_600_000;
    batch.add(4);
    vi.advanceTimersByTime(3000);
    expect(shown).toEqual([1, 1, 1, 1]);
    clock.mockRestore();
  });

  it('shows on request what still waits, and then nothing more', () => {
    const shown: (readonly number[])[] = [];
    const batch = createBatch<number>((items) => shown.push(items), 100);
    batch.add(1);
    batch.add(2);
    batch.flush();
    batch.flush();
    vi.advanceTimersByTime(1000);
    expect(shown).toEqual([[1], [2]]);
  });
});
