import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readAccuracyOptions } from './accuracyOptions.ts';

describe('the options of the accuracy bench', () => {
  it('are three seeds of the thousand photos, tuned as the app proposes', () => {
    const { images, ...rest } = readAccuracyOptions([]);
    expect(images).toMatch(/clothing-1k$/);
    expect(rest).toEqual({
      seeds: [1, 2, 3],
      fineTuneEpochs: null,
      fineTuneRate: null,
      dist: null,
      json: false,
    });
  });

  it('take other pictures, seeds and ways of tuning', () => {
    const args = ['--images', 'mine', '--seeds', '2', '--seeds-from', '7', '--tune-epochs', '1'];
    expect(readAccuracyOptions([...args, '--tune-rate', '1e-5'])).toMatchObject({
      images: resolve('mine'),
      seeds: [7, 8],
      fineTuneEpochs: 1,
      fineTuneRate: 1e-5,
    });
  });

  it.each([
    ['--seeds', '0'],
    ['--seeds-from', '1.5'],
    ['--tune-epochs', 'many'],
    ['--tune-rate', '1'],
    ['--tune-rate', 'slow'],
    ['--rounds', '5'],
  ])('refuse %s %s in words', (option, value) => {
    const read = () => readAccuracyOptions([option, value]);
    expect(read).toThrow(SetupError);
    expect(read).toThrow(option);
  });
});
