import { describe, expect, it } from 'vitest';
import { createRandomId } from '../../shared/randomId.ts';
import { createTabLocks } from './tabLocks.ts';

/** Two tabs: each has its own, and nothing but messages between. */
const [one, other] = [createTabLocks(), createTabLocks()];

/** Takes the lock and tells how to give it back. */
async function take(locks: LockManager, name: string): Promise<{ release(): void; ended: Promise<unknown> }> {
  return new Promise((resolve) => {
    const ended: Promise<unknown> = locks.request(
      name,
      () => new Promise<void>((release) => resolve({ release, ended: Promise.resolve().then(() => ended) })),
    );
    ended.catch(() => undefined);
  });
}

describe('locks without Web Locks', () => {
  it('are held by one tab at a time, and go to the next when given back', async () => {
    const name = createRandomId();
    const { release } = await take(one, name);
    expect(await other.request(name, { ifAvailable: true }, async (lock) => lock)).toBeNull();
    const order: string[] = [];
    const next = other.request(name, async () => order.push('other'));
    await new Promise((resolve) => setTimeout(resolve, 700));
    order.push('one gives it back');
    release();
    await next;
    expect(order).toEqual(['one gives it back', 'other']);
    expect(await one.request(name, { ifAvailable: true }, async (lock) => lock?.mode)).toBe('exclusive');
  });

  it('go to one of many that ask at the same time', async () => {
    const name = createRandomId();
    let holders = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setTimeout(resolve, 30));
      holders -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, (_, index) => (index % 2 ? one : other).request(name, work)));
    expect(most).toBe(1);
  });

  it('are waited for no longer than the signal says', async () => {
    const name = createRandomId();
    const { release } = await take(one, name);
    const waiting = other.request(name, { signal: AbortSignal.timeout(100) }, async () => 'ours');
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    release();
  });

  it('are ours after a slow start, whatever the signal says, if nobody has them', async () => {
    const signal = AbortSignal.timeout(1);
    expect(await one.request(createRandomId(), { signal }, async () => 'ours')).toBe('ours');
  });

  it('are lost, and their holder hears of it, where it stood still and another took them', async () => {
    const name = createRandomId();
    const { ended } = await take(one, name);
    // What a tab says that has asked in vain.
    new BroadcastChannel(`headstart-lock ${name}`).postMessage({ kind: 'held', from: 'another' });
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be taken from another tab, which hears of it', async () => {
    const name = createRandomId();
    const { ended } = await take(one, name);
    const failed = expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(await other.request(name, { steal: true }, async () => 'ours')).toBe('ours');
    await failed;
  });

  it('that are shared exclude nobody', async () => {
    const name = createRandomId();
    const shared = { mode: 'shared' } as const;
    await one.request(name, shared, async () => {
      expect(await other.request(name, shared, async (lock) => lock?.mode)).toBe('shared');
    });
  });
});
