import { describe, expect, it } from 'vitest';
import { BACKBONES } from './backbones/registry.ts';
import type { Network, NetworkNode } from './network.ts';
import { add, batchNorm, conv, globalAvgPool, imageInput, relu } from './nodeBuilders.ts';
import { activationRanges, normRanges, streamNodes } from './ranges.ts';

function norm(name: string, gamma: number[], beta: number[]) {
  const ones = Float32Array.from(gamma, () => 1);
  return {
    [`${name}/gamma`]: { shape: [gamma.length], values: Float32Array.from(gamma) },
    [`${name}/beta`]: { shape: [beta.length], values: Float32Array.from(beta) },
    [`${name}/movingMean`]: { shape: [ones.length], values: ones },
    [`${name}/movingVariance`]: { shape: [ones.length], values: ones },
  };
}

const nodes: NetworkNode[] = [
  imageInput('input', 4, { matrix: [], bias: [] }),
  conv('c1', 'input', 4, 1),
  batchNorm('b1', 'c1', 1e-3),
  relu('r1', 'b1'),
  conv('c2', 'r1', 4, 1),
  batchNorm('b2', 'c2', 1e-3),
  { op: 'relu', name: 'r2', inputs: ['b2'], maxValue: 6 },
  conv('c3', 'r2', 4, 1),
  add('a1', 'c3', 'r1'),
  relu('stream', 'a1'),
  conv('c4', 'stream', 4, 1),
  add('a2', 'c4', 'stream'),
  relu('last', 'a2'),
  globalAvgPool('pool', 'last'),
];
const network: Network = {
  name: 'small',
  nodes,
  weights: {
    ...norm('b1', [1, -2, 0, 0.5], [0.5, 1, 0, -100]),
    ...norm('b2', [0.1, 3, 1e-9, 0], [0, 0, 0, 0]),
  },
};

describe('normRanges', () => {
  it('is the mean and so many deviations, and never zero', () => {
    const { r1 = [] } = normRanges(network, 6);
    expect(r1.slice(0, 2)).toEqual([6.5, 13]);
    // A channel that is always zero keeps a fraction of the largest.
    expect(r1[2]).toBeCloseTo(13e-4, 10);
    expect(r1[3]).toBe(r1[2]);
    expect(normRanges(network, 2).r1?.[1]).toBe(5);
  });

  it('goes no further than the ReLU does', () => {
    expect(normRanges(network, 6).r2?.[1]).toBe(6);
  });

  it('is positive where all channels are dead', () => {
    const dead = { ...network, weights: { ...network.weights, ...norm('b1', [0, 0, 0, 0], [0, -1, 0, -9]) } };
    expect(normRanges(dead).r1?.every((range) => range > 0)).toBe(true);
  });

  it('says nothing of a ReLU that reads something else', () => {
    expect(Object.keys(normRanges(network))).toEqual(['r1', 'r2']);
  });
});

describe('streamNodes', () => {
  it('are ReLUs over a sum that a convolution reads', () => {
    expect(streamNodes(nodes)).toEqual(['stream']);
  });
});

describe('activationRanges', () => {
  it('joins what the weights tell and what was measured', () => {
    expect(activationRanges(network, { stream: 4.5 })).toEqual({ ...normRanges(network), stream: [4.5] });
  });
});

describe.each(BACKBONES.filter((backbone) => backbone.streamRanges))('backbone $id', (backbone) => {
  it('has a range for every node of its residual stream, and for no other', () => {
    const ranges = backbone.streamRanges ?? {};
    expect(Object.keys(ranges)).toEqual(streamNodes(backbone.buildNodes()));
    expect(Object.values(ranges).every((range) => range > 0)).toBe(true);
  });
});
