import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readMemoryOptions } from './memoryOptions.ts';

describe('the options of the memory bench', () => {
  it('are 4,000 pictures and both phases to their end', () => {
    expect(readMemoryOptions([])).toEqual({ pictures: 4000, fineTuneSeconds: null, dist: null, json: false });
  });

  it('take fewer pictures, a shorter second phase and a build that is there', () => {
    const args = ['--pictures', '120', '--tune-seconds', '30', '--dist', 'built', '--json'];
    expect(readMemoryOptions(args)).toEqual({
      pictures: 120,
      fineTuneSeconds: 30,
      dist: resolve('built'),
      json: true,
    });
  });

  it.each([
    ['--pictures', '39'],
    ['--pictures', 'many'],
    ['--tune-seconds', '0'],
    ['--epochs', '5'],
  ])('refuse %s %s in words', (option, value) => {
    const read = () => readMemoryOptions([option, value]);
    expect(read).toThrow(SetupError);
    expect(read).toThrow(option);
  });
});
