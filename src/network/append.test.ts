import { describe, expect, it } from 'vitest';
import { appendHead } from './append.ts';
import type { Network, Weight } from './network.ts';
import { checkNetwork, InvalidNetworkError } from './shapes.ts';

function filled(value: number, ...shape: number[]): Weight {
  return { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) };
}
const backbone: Network = {
  name: 'backbone',
  nodes: [
    { op: 'input', name: 'input', inputs: [], shape: [2, 2, 3], preprocessing: null },
    { op: 'globalAvgPool', name: 'pool', inputs: ['input'] },
    { op: 'dense', name: 'logits', inputs: ['pool'], units: 4, useBias: false },
  ],
  weights: { 'logits/kernel': filled(1, 3, 4) },
};
function headOf(denseName: string): Network {
  return {
    name: 'head',
    nodes: [
      { op: 'input', name: 'input', inputs: [], shape: [4], preprocessing: null },
      { op: 'relu', name: 'relu', inputs: ['input'], maxValue: null },
      { op: 'add', name: 'sum', inputs: ['input', 'relu'] },
      { op: 'dense', name: denseName, inputs: ['sum'], units: 2, useBias: false },
    ],
    weights: { [`${denseName}/kernel`]: filled(2, 4, 2) },
  };
}

describe('appendHead', () => {
  it('wires everything that read the head’s input to the backbone’s output', () => {
    const joined = appendHead(backbone, headOf('hidden'));
    expect(joined.nodes.map((node) => [node.name, node.inputs])).toEqual([
      ['input', []],
      ['pool', ['input']],
      ['logits', ['pool']],
      ['relu', ['logits']],
      ['sum', ['logits', 'relu']],
      ['hidden', ['sum']],
    ]);
    expect(checkNetwork(joined).get('hidden')).toEqual([2]);
  });

  it('prefixes the head’s names and weights when one is taken', () => {
    const joined = appendHead(backbone, headOf('logits'));
    expect(joined.nodes.slice(3).map((node) => node.name)).toEqual(['head_relu', 'head_sum', 'head_logits']);
    checkNetwork(joined);
    expect(joined.weights['logits/kernel']?.values[0]).toBe(1);
    expect(joined.weights['head_logits/kernel']?.values[0]).toBe(2);
  });

  it('joins twice without a clash', () => {
    const twice = appendHead(appendHead(backbone, { ...headOf('logits'), nodes: wide('logits') }), {
      name: 'again',
      nodes: wide('logits'),
      weights: { 'logits/kernel': filled(3, 4, 4) },
    });
    expect(twice.nodes.map((node) => node.name)).toContain('head_2_logits');
  });

  it('refuses a head for another number of features', () => {
    const head = headOf('hidden');
    expect(() => appendHead({ ...backbone, nodes: backbone.nodes.slice(0, 2) }, head)).toThrow(
      InvalidNetworkError,
    );
  });
});

function wide(name: string): Network['nodes'] {
  return [
    { op: 'input', name: 'input', inputs: [], shape: [4], preprocessing: null },
    { op: 'dense', name, inputs: ['input'], units: 4, useBias: false },
  ];
}
