import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../../../network/network.ts';
import { conv, globalAvgPool, maxPool, padAll, relu } from '../../../../network/nodeBuilders.ts';
import type { ActivationRanges } from '../../../../network/quantise.ts';
import { inferShapes } from '../../../../network/shapes.ts';
import { addAll, concat, inputOf, reluTo } from '../../../../testing/wasm/madeUpNetworks.ts';
import { fuse } from './fuse.ts';
import { findNeeds, knownRanges } from './needs.ts';

const input = inputOf(6, 6, 3);

function needsOf(nodes: readonly NetworkNode[], ranges: ActivationRanges) {
  const units = fuse(nodes);
  const shapes = inferShapes(nodes);
  const known = knownRanges(units, ({ output }) => shapes.get(output)?.at(-1) ?? 0, ranges);
  const needs = findNeeds(units, known);
  return {
    known: Object.fromEntries(known),
    /** `f` as floats, `c` as codes. */
    forms: Object.fromEntries(
      [...needs].map(([name, { floats, codes }]) => [name, `${floats ? 'f' : ''}${codes ? 'c' : ''}`]),
    ),
    borderOf: (name: string, form: 'floats' | 'codes') => needs.get(name)?.border[form],
  };
}

describe('knownRanges', () => {
  const relued = [input, conv('c', 'in', 2, 1), relu('r', 'c')];

  it('go with a map through pools, and stop at a convolution', () => {
    const nodes = [
      ...relued,
      maxPool('most', 'r', 2, 2, padAll(0)),
      { ...maxPool('mean', 'most', 2, 1, padAll(0)), op: 'avgPool' as const },
      conv('d', 'mean', 2, 1),
      globalAvgPool('all', 'd'),
    ];
    expect(needsOf(nodes, { r: [3, 4] }).known).toEqual({ r: [3, 4], most: [3, 4], mean: [3, 4] });
  });

  it('are set side by side by a concatenation, one a channel', () => {
    const nodes = [...relued, conv('d', 'in', 3, 1), relu('s', 'd'), concat('all', 's', 'r', 's')];
    expect(needsOf(nodes, { r: [3, 4], s: [5] }).known.all).toEqual([5, 5, 5, 3, 4, 5, 5, 5]);
    expect(needsOf(nodes, { r: [3, 4] }).known).toEqual({ r: [3, 4] });
  });

  it('are never above what a ReLU6 lets through', () => {
    const nodes = [input, conv('c', 'in', 3, 3, { groups: 3 }), reluTo('r', 'c', 6)];
    expect(needsOf(nodes, { r: [5, 6, 7] }).known).toEqual({ r: [5, 6, 6] });
    expect(needsOf(nodes, { r: [20] }).known).toEqual({ r: [6] });
  });

  it('are not believed where no ReLU keeps the values above zero', () => {
    const nodes = [input, conv('c', 'in', 2, 1), conv('d', 'c', 2, 1)];
    expect(needsOf(nodes, { c: [3], in: [1], d: [1] }).known).toEqual({});
  });
});

describe('findNeeds', () => {
  it('wants codes for convolutions, floats for sums and for the result', () => {
    const nodes = [
      input,
      conv('c', 'in', 2, 1),
      relu('r', 'c'),
      conv('d', 'r', 2, 1),
      addAll('sum', 'd', 'r'),
      relu('s', 'sum'),
      conv('e', 's', 2, 1),
    ];
    expect(needsOf(nodes, { r: [1], s: [1] }).forms).toEqual({ in: 'f', r: 'fc', s: 'c', e: 'f' });
    expect(needsOf(nodes, {}).forms).toEqual({ in: 'f', r: 'f', s: 'f', e: 'f' });
  });

  it('wants only codes before a pool or a concatenation of which only codes are wanted', () => {
    const start = [input, conv('c', 'in', 2, 1), relu('r', 'c'), maxPool('pool', 'r', 2, 1, padAll(0))];
    const joined = [...start, concat('all', 'pool', 'pool'), conv('d', 'all', 2, 1)];
    expect(needsOf(joined, { r: [1] }).forms).toEqual({ in: 'f', r: 'c', pool: 'c', all: 'c', d: 'f' });
    const alsoSummed = [...joined, conv('e', 'd', 2, 1), addAll('sum', 'e', 'pool')];
    expect(needsOf(alsoSummed, { r: [1] }).forms).toMatchObject({ r: 'f', pool: 'fc', all: 'c' });
    const averaged = [...start, globalAvgPool('mean', 'pool')];
    expect(needsOf(averaged, { r: [1] }).forms).toEqual({ in: 'f', r: 'f', pool: 'f', mean: 'f' });
  });

  it('makes a border as wide on each side as the widest padding, for each form by itself', () => {
    const wide = { top: 0, bottom: 3, left: 1, right: 0 };
    const nodes = [
      input,
      relu('r', 'in'),
      conv('c', 'r', 2, 3, { padding: padAll(1) }),
      conv('d', 'r', 2, 3, { padding: wide }),
      maxPool('pool', 'r', 3, 1, padAll(2)), // asks for its places itself
      ...['c', 'd', 'pool'].map((name) => globalAvgPool(`mean-${name}`, name)),
      concat('all', 'mean-c', 'mean-d', 'mean-pool'),
    ];
    const { borderOf } = needsOf(nodes, { r: [1] });
    expect(borderOf('r', 'codes')).toEqual({ top: 1, bottom: 3, left: 1, right: 1 });
    expect(borderOf('r', 'floats')).toEqual(padAll(0)); // the pool's average is taken of floats
    expect(needsOf(nodes, {}).borderOf('r', 'floats')).toEqual({ top: 1, bottom: 3, left: 1, right: 1 });
  });
});
