import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../../../network/network.ts';
import { add, avgPool, conv, padAll, relu } from '../../../../network/nodeBuilders.ts';
import { runReference } from '../../../../network/reference.ts';
import {
  deviation,
  inputOf,
  randomInput,
  withRandomWeights,
} from '../../../../testing/wasm/madeUpNetworks.ts';
import { averageFirst } from './reorder.ts';

const input = inputOf(7, 5, 6);
const written = (nodes: readonly NetworkNode[]) =>
  averageFirst(nodes).map(({ name, inputs }) => `${name}(${inputs.join(' ')})`);

describe('averageFirst', () => {
  it.each([padAll(0), { top: 1, bottom: 0, left: 1, right: 1 }])(
    'moves an average before a 1×1 convolution: the same numbers, padding %o',
    (padding) => {
      const nodes = [
        input,
        conv('c', 'in', 9, 1, { groups: 3 }),
        avgPool('p', 'c', 3, 2, padding),
        relu('r', 'p'),
        conv('d', 'r', 2, 1),
        avgPool('q', 'd', 2, 2, padAll(0)),
      ];
      expect(written(nodes)).toEqual(['in()', 'p(in)', 'c(p)', 'r(c)', 'q(r)', 'd(q)']);
      const network = withRandomWeights(nodes, 3);
      const example = { shape: [7, 5, 6], values: Float64Array.from(randomInput(network, 2)) };
      const reordered = { ...network, nodes: averageFirst(nodes) };
      const expected = runReference(network, example);
      const actual = runReference(reordered, example);
      expect(actual.shape).toEqual(expected.shape);
      expect(deviation(actual.values, expected.values)).toBeLessThan(1e-6);
    },
  );

  it.each<[string, readonly NetworkNode[]]>([
    ['a wider convolution', [input, conv('c', 'in', 9, 3), avgPool('p', 'c', 2, 2, padAll(0))]],
    [
      'one with padding',
      [input, conv('c', 'in', 9, 1, { padding: padAll(1) }), avgPool('p', 'c', 2, 2, padAll(0))],
    ],
    ['one with a stride', [input, conv('c', 'in', 9, 1, { stride: 2 }), avgPool('p', 'c', 2, 2, padAll(0))]],
    ['an average of every pixel', [input, conv('c', 'in', 9, 1), avgPool('p', 'c', 2, 1, padAll(0))]],
    [
      'a convolution that is read twice',
      [
        input,
        conv('c', 'in', 9, 1),
        avgPool('p', 'c', 1, 2, padAll(0)),
        conv('d', 'c', 9, 1, { stride: 2 }),
        add('sum', 'p', 'd'),
      ],
    ],
    [
      'what a ReLU follows',
      [input, conv('c', 'in', 9, 1), relu('r', 'c'), avgPool('p', 'r', 2, 2, padAll(0))],
    ],
  ])('leaves alone %s', (_, nodes) => {
    expect(averageFirst(nodes)).toEqual(nodes);
  });
});
