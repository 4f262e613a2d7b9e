import { expect, it } from 'vitest';
import { toCheckShare, toCheckTable } from './exactCheckResult.ts';

const exactCheck = {
  ...{ total: 1117, checked: 400, onlyQuick: 2, onlyExact: 1, elapsedMs: 9000 },
  difference: [-0.012, 0.008] as const,
};

it('tells the share of the run that the check took, and whether that is at most a tenth', () => {
  const within = toCheckShare({ exactCheck }, 100_000);
  expect(within).toMatchObject({ share: 0.09, isWithin: true, checkSeconds: 9, halfWidthPoints: 1 });
  expect(toCheckTable(within)).toContain('9.0 s of a run of 100.0 s, 9.0 % (at most 10 %)');
  expect(toCheckShare({ exactCheck }, 60_000).isWithin).toBe(false);
  expect(() => toCheckShare({ exactCheck: null }, 60_000)).toThrow();
});
