import { afterEach, expect, it, vi } from 'vitest';
import { createRunPause } from './runPause.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve));
afterEach(() => vi.restoreAllMocks());

it('lets the screen sleep while a run rests, and after it', async () => {
  const held: { released: boolean; release: () => Promise<void> }[] = [];
  // Stands for the screen, which no test can look at.
  vi.spyOn(navigator.wakeLock, 'request').mockImplementation(async () => {
    const lock = {
      released: false,
      release: async () => {
        lock.released = true;
      },
    };
    held.push(lock);
    return lock as unknown as WakeLockSentinel;
  });
  const isOn = async () => {
    await settled();
    return held.filter(({ released }) => !released).length;
  };
  const told: boolean[] = [];
  const rest = createRunPause((isPaused) => told.push(isPaused));
  rest.begin();
  expect(await isOn()).toBe(1);
  rest.set(true);
  expect(await isOn()).toBe(0);
  rest.set(false);
  expect(await isOn()).toBe(1);
  rest.set(true);
  rest.end();
  expect(await isOn()).toBe(0);
  expect(rest.pause.isPaused).toBe(false);
  expect(told).toEqual([true, false, true, false]);
});
