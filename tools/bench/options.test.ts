import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readSpeedOptions } from './options.ts';

describe('the options of the bench', () => {
  it('compare with plain TensorFlow.js alone unless another is named', () => {
    expect(readSpeedOptions([]).againstOrt).toBe(false);
    expect(readSpeedOptions(['--against', 'onnxruntime-web']).againstOrt).toBe(true);
  });

  it('take one arithmetic or both, the faster one first', () => {
    expect(readSpeedOptions(['--arithmetic', 'float32']).arithmetics).toEqual(['float32']);
    expect(readSpeedOptions(['--arithmetic', 'both']).arithmetics).toEqual(['int8', 'float32']);
  });

  it.each([
    ['--backend', 'cuda'],
    ['--arithmetic', 'int4'],
    ['--against', 'caffe'],
    ['--rounds', '0'],
    ['--pictures', '1.5'],
    ['--frames-in-flight', 'many'],
  ])('refuse %s %s in words', (option, value) => {
    const read = () => readSpeedOptions([option, value]);
    expect(read).toThrow(SetupError);
    expect(read).toThrow(option);
  });
});
