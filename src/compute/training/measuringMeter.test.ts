import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMeasuringMeter } from './measuringMeter.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('says nothing of what is soon over, and then how far it is and how long it still takes', () => {
  const onProgress = vi.fn();
  const meter = createMeasuringMeter(4000, onProgress);
  vi.advanceTimersByTime(900);
  meter(1000);
  expect(onProgress).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1100);
  meter(2000);
  meter(2001);
  expect(onProgress).toHaveBeenCalledTimes(1);
  expect(onProgress).toHaveBeenCalledWith({
    kind: 'measuring',
    extract: {
      ...{ done: 2000, total: 4000, reused: 0, isMeasuring: true },
      ...{ picturesPerSecond: 1000, remainingMs: 2000 },
    },
  });
});
