import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readMemoryOptions } from './memoryOptions.ts';

describe('the options of the memory bench', () => {
  it('are 4,000 pictures and both phases to their end', () => {
    const plain = { isSet: false, fineTuneSeconds: null, dist: null, json: false };
    expect(readMemoryOptions([])).toEqual({ ...plain, pictures: 4000 });
  });

  it('are as many pictures as CIFAR-10 has where they come as a set', () => {
    expect(readMemoryOptions(['--set'])).toMatchObject({ pictures: 60_000, isSet: true });
    expect(() => readMemoryOptions(['--set', '--tune-seconds', '5'])).toThrow('--tune-seconds');
  });

  it('take fewer pictures, a shorter second phase and a build that is there', () => {
    const args = ['--pictures', '120', '--tune-seconds', '30', '--dist', 'built', '--json'];
    expect(readMemoryOptions(args)).toEqual({
      pictures: 120,
      isSet: false,
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
