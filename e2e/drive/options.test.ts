import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../../tools/say.ts';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(['--images', 'photos', ...args]);

describe('the options of the drive', () => {
  it('leave to the app what is not asked for', () => {
    expect(read()).toEqual({
      images: resolve('photos'),
      classify: null,
      backend: 'auto',
      exact: false,
      preset: null,
      recipe: null,
      fromScratch: null,
      inputSizePx: null,
      weights: null,
      backbone: null,
      freezeTo: null,
      batchSize: null,
      learningRate: null,
      augment: false,
      cropAndFlip: false,
      epochs: null,
      seed: null,
      resumeAfterReload: false,
      exports: [],
      offline: false,
      dist: null,
    });
  });

  it.each(['head', 'finetune'])('take the preset %s, with or without augmentation', (preset) => {
    expect(read('--preset', preset)).toMatchObject({ preset, augment: false });
    expect(read('--preset', preset, '--augment')).toMatchObject({ preset, augment: true });
  });

  it('take augmentation alone, and a reload in the middle', () => {
    const options = read('--augment', '--resume-after-reload');
    expect(options).toMatchObject({ preset: null, augment: true, resumeAfterReload: true });
  });

  it('take weights as a file or as an address', () => {
    expect(read('--weights', 'a/b.pth').weights).toBe(resolve('a/b.pth'));
    const address = 'https://example.org/a/b.pth?download=true';
    expect(read('--weights', address).weights).toBe(address);
  });

  it('take a seed of 0', () => {
    expect(read('--seed', '0').seed).toBe(0);
  });

  it.each([
    ['--preset', 'thorough'],
    ['--backend', 'cuda'],
    ['--epochs', '0'],
    ['--seed', '1.5'],
    ['--learning-rate', '0'],
    ['--input-size', 'large'],
    ['--export', 'onnx:model.onnx'],
  ])('refuse %s %s in words', (option, value) => {
    const refused = () => read(option, value);
    expect(refused).toThrow(SetupError);
    expect(refused).toThrow(option);
  });

  it('tell what there is where an option is unknown or the pictures are missing', () => {
    expect(() => read('--tune')).toThrow(/--resume-after-reload/);
    expect(() => readOptions([])).toThrow(/--images PATH/);
  });
});
