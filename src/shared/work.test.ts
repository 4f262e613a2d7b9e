import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asWork, beginWork, isAtWork, whenIdle } from './work.ts';

describe('work', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes on until the last of it is over', () => {
    const first = beginWork();
    const second = beginWork();
    first();
    first();
    expect(isAtWork()).toBe(true);
    second();
    expect(isAtWork()).toBe(false);
  });

  it('is over when it failed as well', async () => {
    const failing = asWork(() => Promise.reject(new Error('no')));
    expect(isAtWork()).toBe(true);
    await expect(failing).rejects.toThrow('no');
    expect(isAtWork()).toBe(false);
  });

  it('a moment of rest between two steps is not the end', async () => {
    const order: string[] = [];
    const first = beginWork();
    const idle = whenIdle(1000).then(() => order.push('idle'));
    await vi.advanceTimersByTimeAsync(5000);
    first();
    await vi.advanceTimersByTimeAsync(900);
    const second = beginWork();
    await vi.advanceTimersByTimeAsync(5000);
    order.push('second ends');
    second();
    await vi.advanceTimersByTimeAsync(999);
    expect(order).toEqual(['second ends']);
    await vi.advanceTimersByTimeAsync(1);
    await idle;
    expect(order).toEqual(['second ends', 'idle']);
  });
});
