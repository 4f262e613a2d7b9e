import { describe, expect, it } from 'vitest';
import { type LoadProgress, ProgressMeter } from './progress.ts';

function meterAt(sizes: readonly number[]) {
  const reports: LoadProgress[] = [];
  const clock = { ms: 0 };
  const meter = new ProgressMeter(
    sizes,
    (report) => reports.push(report),
    () => clock.ms,
  );
  return { meter, reports, clock };
}

describe('ProgressMeter', () => {
  it('tells the time left from what the network gave', () => {
    const { meter, reports, clock } = meterAt([1_000, 1_000]);
    meter.cached(0, 1_000);
    clock.ms = 1_000;
    meter.received(1, 250);
    // 250 bytes a second, 750 to go; the kept shard says nothing about the line.
    expect(reports.at(-1)).toEqual({
      loadedBytes: 1_250,
      totalBytes: 2_000,
      remainingMs: 3_000,
      fromCache: false,
    });
  });

  it('does not guess from the first moment', () => {
    const { meter, reports } = meterAt([1_000]);
    meter.received(0, 10);
    expect(reports).toEqual([{ loadedBytes: 10, totalBytes: 1_000, remainingMs: null, fromCache: false }]);
  });

  it('leaves out steps too close to be seen, but never the last', () => {
    const { meter, reports, clock } = meterAt([100]);
    for (let bytes = 1; bytes <= 100; bytes++) {
      clock.ms += 1;
      meter.received(0, bytes);
    }
    expect(reports.map((report) => report.loadedBytes)).toEqual([1, 51, 100]);
  });
});
