import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listModelFormats } from '../../tools/modelFormats.ts';
import { SetupError } from '../../tools/say.ts';
import { readOptions } from './options.ts';

const formats = await listModelFormats();
const read = (...args: string[]) => readOptions(['--images', 'photos', ...args], formats);

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

  it('take any format and precision that is written', () => {
    expect(read('--export', 'onnx-int8:a.zip', '--export', 'tfjs:b.zip').exports).toMatchObject([
      { name: 'onnx-int8', format: { id: 'onnx' }, precision: 'int8', file: resolve('a.zip') },
      { name: 'tfjs', format: { title: 'TensorFlow.js' }, precision: 'float32', file: resolve('b.zip') },
    ]);
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
    ['--export', 'onnx'],
    ['--export', 'pickle:model.zip'],
    ['--export', 'tfjs-int4:model.zip'],
  ])('refuse %s %s in words', (option, value) => {
    const refused = () => read(option, value);
    expect(refused).toThrow(SetupError);
    expect(refused).toThrow(option);
  });

  it('tell what there is where an option is unknown or the pictures are missing', () => {
    expect(() => read('--tune')).toThrow(/--resume-after-reload/);
    expect(() => readOptions([], formats)).toThrow(/--images PATH/);
  });
});
