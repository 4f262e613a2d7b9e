import { describe, expect, it } from 'vitest';
import { inputNodeOf, weightReaderOf } from './network.ts';
import { dense, featureInput } from './nodeBuilders.ts';

describe('what a network is asked for', () => {
  it('is its input, and an error where values enter nowhere', () => {
    const input = featureInput('features', 3);
    expect(inputNodeOf([input, dense('fc', 'features', 2)])).toBe(input);
    expect(() => inputNodeOf([dense('fc', 'features', 2), input])).toThrow('input');
    expect(() => inputNodeOf([])).toThrow('input');
  });

  it('is a weight by its key, and an error that names the key where there is none', () => {
    const bias = { shape: [2], values: new Float32Array(2) };
    const weightOf = weightReaderOf({ weights: { 'fc/bias': bias } });
    expect(weightOf('fc/bias')).toBe(bias);
    expect(() => weightOf('fc/kernel')).toThrow('fc/kernel');
  });
});
