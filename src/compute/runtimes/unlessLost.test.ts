import { describe, expect, it } from 'vitest';
import { unlessLost } from './unlessLost.ts';

describe('unlessLost', () => {
  const never = new Promise<never>(() => {});

  it('passes on what the work gives, and what it throws', async () => {
    const { signal } = new AbortController();
    await expect(unlessLost(signal, Promise.resolve(3))).resolves.toBe(3);
    await expect(unlessLost(signal, Promise.reject(new Error('work')))).rejects.toThrow('work');
  });

  it('rejects with the reason of the loss, before and while the work waits', async () => {
    const lost = new AbortController();
    const waiting = unlessLost(lost.signal, never);
    lost.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(unlessLost(lost.signal, never)).rejects.toThrow('gone');
  });
});
