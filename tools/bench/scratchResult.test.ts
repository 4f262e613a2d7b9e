import { describe, expect, it } from 'vitest';
import { ourAccuracy, type ScratchRun, timeRatio, toScratchTable } from './scratchResult.ts';

const run = (more: Partial<ScratchRun>): ScratchRun => ({
  ...{ way: 'headstart', seed: 1, secondsPerEpoch: 90, losses: [2.1, 1.5], testAccuracy: 0.5 },
  ...more,
});

describe('the bench of training from scratch', () => {
  it('means our seeds, and tells how many times as long an epoch takes', () => {
    const runs = [run({}), run({ seed: 2, secondsPerEpoch: 110, testAccuracy: 0.4 })];
    expect(ourAccuracy(runs)).toBeCloseTo(0.45);
    expect(timeRatio(runs)).toBeNull();
    const both = [...runs, run({ way: 'pytorch', secondsPerEpoch: 50, testAccuracy: 0.9 })];
    expect(timeRatio(both)).toBeCloseTo(2);
    expect(ourAccuracy(both)).toBeCloseTo(0.45);
    expect(toScratchTable(both)).toContain('| pytorch | 1 | 50.0 | 0.900 | 2.10 1.50 |');
  });
});
