import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { live, watchLife } from './lifeline.ts';

const TICK_MS = 5000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker where the browser has no locks, as on plain http. `isBusy`: it computes and hears nothing. */
function watchWithoutLocks() {
  const state = { isBusy: false, isAwaited: true, pings: 0 };
  const deaths: string[] = [];
  const lifeline = watchLife({
    locks: null,
    tickMs: TICK_MS,
    isAwaited: () => state.isAwaited,
    onDeath: (why) => deaths.push(why),
    send: (request) => {
      if (request.kind === 'ping') state.pings += 1;
      if (!state.isBusy) queueMicrotask(() => void live(request, (sign) => lifeline.hear(sign), null));
    },
  });
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
  return { lifeline, state, deaths, pass };
}

describe('a worker that is watched without locks', () => {
  it('is taken for dead when it is silent for more than two minutes', async () => {
    const { state, deaths, pass } = watchWithoutLocks();
    await pass(10);
    state.isBusy = true;
    await pass(115);
    expect(deaths).toEqual([]);
    await pass(15);
    expect(deaths).toEqual(['no sign of life']);
    await pass(600);
    expect(deaths).toHaveLength(1);
  });

  it('is waited for the longer, the longer it has computed before', async () => {
    const { lifeline, state, deaths, pass } = watchWithoutLocks();
    await pass(10);
    state.isBusy = true;
    await pass(100);
    lifeline.hearAnything();
    await pass(390);
    expect(deaths).toEqual([]);
    await pass(30);
    expect(deaths).toHaveLength(1);
  });

  it('is asked for nothing, and suspected of nothing, while nobody waits for it', async () => {
    const { state, deaths, pass } = watchWithoutLocks();
    await pass(1);
    state.isAwaited = false;
    state.isBusy = true;
    await pass(1000);
    expect(state.pings).toBe(0);
    state.isAwaited = true;
    await pass(100);
    expect(deaths).toEqual([]);
  });

  it('may take its time to get here, but not for ever: it may have ended before it began', async () => {
    const deaths: string[] = [];
    watchLife({
      locks: { request: async () => undefined },
      tickMs: TICK_MS,
      mostUnbornTicks: 12,
      isAwaited: () => true,
      send: () => undefined,
      onDeath: (why) => deaths.push(why),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(deaths).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(deaths).toEqual(['no sign of life']);
  });
});
