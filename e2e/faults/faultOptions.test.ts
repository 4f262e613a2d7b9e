import { describe, expect, it } from 'vitest';
import { SetupError } from '../../tools/say.ts';
import { DEFAULT_SEED, readFaultOptions } from './faultOptions.ts';

const read = (...args: string[]) => readFaultOptions(args, ['quota', 'shards']);

describe('the options of the fault table', () => {
  it('are every row, in full, with the same seed every time', () => {
    expect(read()).toEqual({ seed: DEFAULT_SEED, only: null, isQuick: false, isAsBuilt: false });
  });

  it('take some rows, a seed and less of it', () => {
    expect(read('--only', 'shards, quota', '--seed', '0', '--quick', '--as-built')).toEqual({
      seed: 0,
      only: ['shards', 'quota'],
      isQuick: true,
      isAsBuilt: true,
    });
  });

  it.each([['--seed', '1.5'], ['--seed', ''], ['--only', 'shards,floods'], ['--fast']])(
    'refuse %s %s in words',
    (...args) => {
      expect(() => read(...args)).toThrow(SetupError);
    },
  );

  it('name the rows that there are where one is unknown', () => {
    expect(() => read('--only', 'floods')).toThrow(/floods[\s\S]*quota, shards/);
  });
});
