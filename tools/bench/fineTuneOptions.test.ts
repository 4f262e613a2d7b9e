import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readFineTuneOptions } from './fineTuneOptions.ts';

describe('the options of the bench of fine-tuning', () => {
  it('are stage 5 as it is, eight pictures a step, on the processor', () => {
    expect(readFineTuneOptions([])).toEqual({
      backend: 'wasm',
      sizes: { network: 'tail', stages: 1, batch: 8, scale: 1 },
      steps: 3,
      workers: null,
      against: 'plain',
      json: false,
    });
  });

  it('take smaller and larger ones', () => {
    const args = ['--backend', 'webgpu', '--batch', '2', '--stages', '2', '--scale', '16', '--steps', '1'];
    const others = ['--workers', '1', '--network', 'cifar-resnet18', '--against', 'one-core'];
    expect(readFineTuneOptions(others)).toMatchObject({
      workers: 1,
      against: 'one-core',
      sizes: { network: 'cifar-resnet18' },
    });
    expect(readFineTuneOptions(args)).toMatchObject({
      backend: 'webgpu',
      sizes: { stages: 2, batch: 2, scale: 16 },
      steps: 1,
    });
  });

  it.each([
    ['--backend', 'cpu'],
    ['--batch', '0'],
    ['--stages', '3'],
    ['--scale', '3'],
    ['--scale', '128'],
    ['--steps', 'few'],
    ['--workers', '0'],
    ['--against', 'two-cores'],
    ['--network', 'vgg'],
    ['--rounds', '5'],
  ])('refuse %s %s in words', (option, value) => {
    const read = () => readFineTuneOptions([option, value]);
    expect(read).toThrow(SetupError);
    expect(read).toThrow(option);
  });
});
