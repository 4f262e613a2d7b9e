import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import type { Weight } from './network.ts';
import { conv, imageInput, padAll } from './nodeBuilders.ts';
import { ACTIVATION_LEVELS, type QuantisedKernel, quantiseKernel } from './quantise.ts';
import { runReference } from './reference.ts';

const random = createRandom(8);
const uniform = (shape: number[], low: number, high: number): Weight => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).map(() => low + (high - low) * random.next()),
});

/** The scale that each input channel put into its weights. */
function inputScale(ranges: readonly number[], channel: number): number {
  return (ranges.length === 1 ? (ranges[0] ?? 0) : (ranges[channel] ?? 0)) / ACTIVATION_LEVELS;
}

/** Input channel that the weight at a flat index of the kernel reads. */
function channelOf({ shape }: Weight, groups: number, index: number): number {
  const [, , inPerGroup = 1, filters = 1] = shape;
  const group = Math.floor((index % filters) / (filters / groups));
  return group * inPerGroup + (Math.floor(index / filters) % inPerGroup);
}

function worstError(kernel: Weight, { values, scales }: QuantisedKernel, ranges: number[], groups: number) {
  const filters = kernel.shape[3] ?? 1;
  return kernel.values.reduce((worst, weight, i) => {
    const scaled = weight * inputScale(ranges, channelOf(kernel, groups, i));
    const step = scales[i % filters] ?? 0;
    return Math.max(worst, Math.abs((values[i] ?? 0) * step - scaled) / step);
  }, 0);
}

describe('quantiseKernel', () => {
  it.each([
    ['one range for the map', [3, 3, 5, 7], [4.5], 1],
    ['a range a channel', [1, 1, 6, 3], [1, 20, 0.01, 4, 3, 300], 1],
    ['groups', [3, 3, 2, 6], [1, 2, 30, 0.5, 7, 8], 3],
    ['one channel a group', [3, 3, 1, 4], [1, 20, 0.3, 4], 4],
    ['two filters a group of one', [3, 1, 1, 4], [1, 20], 2],
  ])('is never off by more than half a step, and uses all of them: %s', (_, shape, ranges, groups) => {
    const kernel = uniform(shape, -0.2, 0.3);
    const quantised = quantiseKernel(kernel, ranges, groups);
    expect(worstError(kernel, quantised, ranges, groups)).toBeLessThan(0.5 + 1e-5);
    const filters = shape[3] ?? 0;
    for (let filter = 0; filter < filters; filter++) {
      const own = quantised.values.filter((_, i) => i % filters === filter);
      expect(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBe(127);
    }
  });

  it('rounds to the nearest on both sides of zero', () => {
    const kernel = { shape: [1, 1, 6, 1], values: Float32Array.of(127, -127, 2.4, -2.4, 2.6, -2.6) };
    const { values, scales } = quantiseKernel(kernel, [127], 1);
    expect([...values]).toEqual([127, -127, 2, -2, 3, -3]);
    expect([...scales]).toEqual([1]);
  });

  it('gives zeros and a usable scale to a filter of zeros', () => {
    const kernel = { shape: [1, 1, 2, 2], values: Float32Array.of(0, 1, 0, 2) };
    const { values, scales } = quantiseKernel(kernel, [127], 1);
    expect([...values]).toEqual([0, 64, 0, 127]);
    expect(scales.every((scale) => Number.isFinite(scale) && scale > 0)).toBe(true);
  });

  it('refuses ranges of another layer', () => {
    const kernel = uniform([1, 1, 4, 2], -1, 1);
    expect(() => quantiseKernel(kernel, [1, 2], 1)).toThrow('2 ranges for 4 input channels');
    expect(() => quantiseKernel(kernel, [1, 2, 3, 4], 2)).toThrow('4 ranges for 8 input channels');
  });

  it('lets a convolution be computed in integers', () => {
    const [side, channels, filters, groups] = [5, 3, 6, 3];
    const ranges = [2, 60, 0.4];
    const kernel = uniform([3, 3, channels / groups, filters], -1, 1);
    const bias = uniform([filters], -1, 1);
    const real = new Float64Array(side * side * channels).map(
      (_, i) => random.next() * (ranges[i % channels] ?? 0),
    );
    const stored = real.map((value, i) => Math.round(value / inputScale(ranges, i % channels)));
    const { values, scales } = quantiseKernel(kernel, ranges, groups);
    const network = (weights: Float32Array<ArrayBuffer>, useBias: boolean) => ({
      name: 'one layer',
      nodes: [
        { ...imageInput('input', side, { matrix: [], bias: [] }), preprocessing: null },
        conv('conv', 'input', filters, 3, { padding: padAll(1), groups, useBias }),
      ],
      weights: {
        'conv/kernel': { shape: kernel.shape, values: weights },
        ...(useBias ? { 'conv/bias': bias } : {}),
      },
    });
    const shape = [side, side, channels];
    const exact = runReference(network(kernel.values, true), { shape, values: real }).values;
    const sums = runReference(network(Float32Array.from(values), false), { shape, values: stored }).values;
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    sums.forEach((sum, i) => {
      expect(Number.isInteger(sum)).toBe(true);
      const output = sum * (scales[i % filters] ?? 0) + (bias.values[i % filters] ?? 0);
      expect(Math.abs(output - (exact[i] ?? Number.NaN)) / largest).toBeLessThan(0.01);
    });
  });
});
