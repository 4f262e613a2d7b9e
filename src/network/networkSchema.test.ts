import { describe, expect, it } from 'vitest';
import { BACKBONES } from './backbones/registry.ts';
import type { NetworkNode } from './network.ts';
import { networkNodeSchema, networkNodesSchema } from './networkSchema.ts';

const conv = {
  op: 'conv2d',
  name: 'conv',
  inputs: ['input'],
  filters: 8,
  kernelSize: [3, 3],
  strides: [1, 1],
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
  groups: 1,
  useBias: true,
} as const satisfies NetworkNode;

describe('networkNodesSchema', () => {
  it.each(BACKBONES)('takes the nodes of $id and changes nothing', (backbone) => {
    const nodes = backbone.buildNodes();
    expect(networkNodesSchema.parse(JSON.parse(JSON.stringify(nodes)))).toEqual(nodes);
  });

  it('takes every other kind of node', () => {
    const others: NetworkNode[] = [
      { op: 'relu', name: 'relu6', inputs: ['a'], maxValue: 6 },
      { op: 'avgPool', name: 'avg', inputs: ['a'], poolSize: [2, 2], strides: [2, 2], padding: conv.padding },
      { op: 'concat', name: 'both', inputs: ['a', 'b'] },
      { op: 'flatten', name: 'flat', inputs: ['a'] },
      { op: 'dropout', name: 'drop', inputs: ['a'], rate: 0.5 },
    ];
    expect(networkNodesSchema.parse(others)).toEqual(others);
  });

  it.each([
    ['no filters', { filters: 0 }],
    ['half a filter', { filters: 1.5 }],
    ['a layer as large as the memory', { filters: 2 ** 31 }],
    ['a stride of nothing', { strides: [0, 1] }],
    ['a padding below zero', { padding: { ...conv.padding, left: -1 } }],
    ['an infinite kernel', { kernelSize: [Number.POSITIVE_INFINITY, 3] }],
    ['no input', { inputs: [] }],
    ['two inputs', { inputs: ['a', 'b'] }],
    ['a name that reads like a weight', { name: 'conv/kernel' }],
    ['an empty name', { name: '' }],
    ['text for a number', { groups: '1' }],
    ['an unknown layer', { op: 'lambda' }],
  ])('refuses %s', (_, change) => {
    expect(networkNodeSchema.safeParse(conv).success).toBe(true);
    expect(networkNodeSchema.safeParse({ ...conv, ...change }).success).toBe(false);
  });
});
