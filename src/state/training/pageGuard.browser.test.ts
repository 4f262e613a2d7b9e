import { afterEach, expect, it, vi } from 'vitest';
import { keepScreenAwake, titleWithProgress } from './pageGuard.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve));
afterEach(() => vi.restoreAllMocks());

/** Stands for the screen, which no test can look at. */
function watchScreen(refuses = false) {
  const held: { released: boolean; release: () => Promise<void> }[] = [];
  vi.spyOn(navigator.wakeLock, 'request').mockImplementation(async () => {
    if (refuses) throw new DOMException('low battery', 'NotAllowedError');
    const lock = {
      released: false,
      release: async () => {
        lock.released = true;
      },
    };
    held.push(lock);
    return lock as unknown as WakeLockSentinel;
  });
  return held;
}
const becomeVisible = () => document.dispatchEvent(new Event('visibilitychange'));

it('keeps the screen on, asks again when the tab is shown again, and lets go at the end', async () => {
  const held = watchScreen();
  const letSleep = keepScreenAwake();
  await settled();
  becomeVisible();
  await settled();
  expect(held).toHaveLength(1);
  await held[0]?.release(); // as the browser does for a hidden tab
  becomeVisible();
  await settled();
  expect(held.map(({ released }) => released)).toEqual([true, false]);
  letSleep();
  becomeVisible();
  await settled();
  expect(held.map(({ released }) => released)).toEqual([true, true]);
});

it('lets go of a screen that was granted after the end', async () => {
  const held = watchScreen();
  keepScreenAwake()();
  await settled();
  expect(held.map(({ released }) => released)).toEqual([true]);
});

it('goes on where the browser refuses', async () => {
  watchScreen(true);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const letSleep = keepScreenAwake();
  await settled();
  expect(letSleep).not.toThrow();
});

it('puts the progress before the title', () => {
  expect(titleWithProgress('Headstart', 0.437)).toBe('43 % · Headstart');
  expect(titleWithProgress('Headstart', null)).toBe('Headstart');
  expect(titleWithProgress('Headstart', 0.437, true)).toBe('⏸ 43 % · Headstart');
  expect(titleWithProgress('Headstart', null, true)).toBe('⏸ · Headstart');
});
