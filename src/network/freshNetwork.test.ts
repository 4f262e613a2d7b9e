import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { BACKBONES } from './backbones/registry.ts';
import { parametersOf } from './cost.ts';
import { createFreshNetwork } from './freshNetwork.ts';
import { getWeight, type NetworkNode } from './network.ts';
import { batchNorm, conv, dense, globalAvgPool, relu, softmax } from './nodeBuilders.ts';
import { checkNetwork } from './shapes.ts';

const nodes: readonly NetworkNode[] = [
  { op: 'input', name: 'in', inputs: [], shape: [8, 8, 16], preprocessing: null },
  conv('c', 'in', 64, 3, { groups: 4 }),
  batchNorm('n', 'c', 1e-3),
  relu('r', 'n'),
  globalAvgPool('gap', 'r'),
  dense('hidden', 'gap', 128),
  relu('hidden_relu', 'hidden'),
  dense('logits', 'hidden_relu', 32),
  softmax('s', 'logits'),
];
const fresh = (seed: number) => {
  const random = createRandom(seed);
  return createFreshNetwork('fresh', nodes, () => random.next());
};

function varianceOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

describe('a fresh network', () => {
  const network = fresh(3);

  it('spreads weights by how many numbers each output reads', () => {
    const varianceAt = (name: string) => varianceOf(getWeight(network, name, 'kernel').values);
    // Nine taps of the four channels of a group.
    expect(varianceAt('c') / (2 / (9 * 4))).toBeCloseTo(1, 1);
    expect(varianceAt('hidden') / (2 / 64)).toBeCloseTo(1, 1);
    // Uniform in ±√(6 / n) has the variance 2 / n.
    expect(varianceAt('logits') / (2 / (128 + 32))).toBeCloseTo(1, 1);
  });

  it('begins with biases of 0 and a BatchNorm that changes nothing', () => {
    const all = (name: string, kind: string) => new Set(getWeight(network, name, kind).values);
    expect(all('c', 'bias')).toEqual(new Set([0]));
    expect(all('n', 'gamma')).toEqual(new Set([1]));
    expect(all('n', 'beta')).toEqual(new Set([0]));
    expect(all('n', 'movingMean')).toEqual(new Set([0]));
    expect(all('n', 'movingVariance')).toEqual(new Set([1]));
  });

  it('is the same again for a seed, and another for another', () => {
    expect(fresh(3)).toEqual(network);
    expect(fresh(4)).not.toEqual(network);
  });
});

/** Those of a few million weights: the others are made of the same nodes. */
const SMALL = BACKBONES.filter(({ buildNodes }) => parametersOf(buildNodes(64)) < 1e7);

it.each(SMALL)('has every weight that $id needs', ({ id, buildNodes }) => {
  const random = createRandom(1);
  expect(() => checkNetwork(createFreshNetwork(id, buildNodes(64), () => random.next()))).not.toThrow();
});
