import { describe, expect, it } from 'vitest';
import { buildResnet50 } from '../../../../network/backbones/resnet50/nodes.ts';
import type { NetworkNode } from '../../../../network/network.ts';
import {
  add,
  batchNorm,
  conv,
  dense,
  dropout,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../../../network/nodeBuilders.ts';
import { addAll, concat, inputOf, reluTo, withoutNorm } from '../../../../testing/wasm/madeUpNetworks.ts';
import { fuse } from './fuse.ts';

const input = inputOf(5, 5, 4);
const UNBOUNDED = { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
const AT_LEAST_0 = { lowest: 0, highest: Number.POSITIVE_INFINITY };

/** First node, inputs + residual → name of the output. */
function written(nodes: readonly NetworkNode[]): string[] {
  return fuse(nodes).map(({ node, inputs, residual, output }) => {
    const read = [...inputs, ...(residual === null ? [] : [`+${residual}`])].join(' ');
    return `${node.name}(${read}) → ${output}`;
  });
}

describe('fuse', () => {
  it('merges a convolution, the sum behind it and its ReLU', () => {
    const nodes = [
      input,
      conv('a', 'in', 4, 1),
      conv('b', 'a', 4, 1),
      add('sum', 'b', 'a'),
      relu('r', 'sum'),
    ];
    expect(written(nodes)).toEqual(['in() → in', 'a(in) → a', 'b(a +a) → r']);
    expect(fuse(nodes).map(({ bounds }) => bounds)).toEqual([UNBOUNDED, UNBOUNDED, AT_LEAST_0]);
  });

  it('adds to the later of two convolutions, whichever the sum names first', () => {
    const both = [input, conv('a', 'in', 4, 1), conv('b', 'in', 4, 1)];
    const expected = ['in() → in', 'a(in) → a', 'b(in +a) → sum'];
    expect(written([...both, add('sum', 'a', 'b')])).toEqual(expected);
    expect(written([...both, add('sum', 'b', 'a')])).toEqual(expected);
  });

  it('leaves a convolution alone that something else reads as well', () => {
    const c = conv('c', 'in', 4, 1);
    expect(written([input, c, relu('r', 'c'), add('sum', 'c', 'r')])).toEqual([
      'in() → in',
      'c(in) → c',
      'r(c) → r',
      'sum(c r) → sum',
    ]);
    expect(written([input, c, add('sum', 'c', 'c')])).toEqual(['in() → in', 'c(in) → c', 'sum(c c) → sum']);
    expect(written([input, c, add('sum', 'c', 'in'), relu('r', 'sum'), add('more', 'r', 'sum')])).toEqual([
      'in() → in',
      'c(in +in) → sum',
      'r(sum) → r',
      'more(r sum) → more',
    ]);
  });

  it('merges no sum of three, but its ReLU', () => {
    const nodes = [input, conv('c', 'in', 4, 1), addAll('sum', 'c', 'in', 'in'), reluTo('r', 'sum', 6)];
    expect(written(nodes)).toEqual(['in() → in', 'c(in) → c', 'sum(c in in) → r']);
    expect(fuse(nodes).at(-1)?.bounds).toEqual({ lowest: 0, highest: 6 });
  });

  it('merges no ReLU into a pool, a concatenation or another ReLU', () => {
    const nodes = [
      input,
      maxPool('pool', 'in', 2, 1, padAll(0)),
      relu('r1', 'pool'),
      reluTo('r2', 'r1', 6),
      concat('all', 'r2', 'pool'),
      relu('r3', 'all'),
    ];
    expect(fuse(nodes).map(({ output }) => output)).toEqual(['in', 'pool', 'r1', 'r2', 'all', 'r3']);
    expect(fuse(nodes).map(({ bounds }) => bounds.highest)).toEqual([1 / 0, 1 / 0, 1 / 0, 6, 1 / 0, 1 / 0]);
  });

  it('leaves out what leads nowhere, so that the result comes last', () => {
    const nodes = [input, conv('a', 'in', 4, 1), conv('b', 'in', 4, 1), softmax('s', 'b'), relu('r', 'a')];
    expect(written(nodes)).toEqual(['in() → in', 'a(in) → r']);
  });

  it('sees through dropout', () => {
    const nodes = [
      input,
      conv('c', 'in', 4, 1),
      dropout('d1', 'c', 0.5),
      dropout('d2', 'd1', 0.5),
      relu('r', 'd2'),
      dropout('d3', 'r', 0.1),
    ];
    expect(written(nodes)).toEqual(['in() → in', 'c(in) → r']);
  });

  it('makes 56 units of ResNet50: the picture, 53 convolutions, the pool and the average', () => {
    const units = fuse(withoutNorm(buildResnet50()).slice(0, -2));
    const ops = units.map(({ node }) => node.op);
    expect(ops.filter((op) => op === 'conv2d')).toHaveLength(53);
    expect(ops.filter((op) => op !== 'conv2d')).toEqual(['input', 'maxPool', 'globalAvgPool']);
    expect(units.filter(({ residual }) => residual !== null)).toHaveLength(16);
    expect(units.at(-1)?.output).toBe('avg_pool');
  });

  it('merges a BatchNorm that no convolution took in with its ReLU', () => {
    const nodes = [
      input,
      concat('all', 'in', 'in'),
      batchNorm('norm', 'all', 1e-3),
      reluTo('r', 'norm', 6),
      batchNorm('plain', 'r', 1e-3),
    ];
    expect(written(nodes)).toEqual(['in() → in', 'all(in in) → all', 'norm(all) → r', 'plain(r) → plain']);
    expect(fuse(nodes).map(({ bounds }) => bounds.highest)).toEqual([1 / 0, 1 / 0, 6, 1 / 0]);
  });

  it('takes a dense layer for a convolution over one pixel', () => {
    const nodes = [
      input,
      { op: 'flatten', name: 'flat', inputs: ['in'] } as const,
      dense('fc', 'flat', 2),
      relu('r', 'fc'),
      softmax('soft', 'r'),
    ];
    expect(written(nodes)).toEqual(['in() → in', 'flat(in) → flat', 'fc(flat) → r', 'soft(r) → soft']);
    expect(fuse(nodes)[2]?.node).toEqual(conv('fc', 'flat', 2, 1));
  });
});
