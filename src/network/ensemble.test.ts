import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { givesProbabilities, joinMembers } from './ensemble.ts';
import { buildHeadNodes, createHead } from './head.ts';
import type { Network, NetworkNode, Weight } from './network.ts';
import { featureInput } from './nodeBuilders.ts';
import { runReference } from './reference.ts';
import { checkNetwork } from './shapes.ts';

const FEATURES = 6;
const shape = { head: 'mlp', hiddenUnits: 4, dropout: 0.2 } as const;

function headFor(seed: number, classCount: number, hiddenUnits = 4): Network {
  const random = createRandom(seed);
  return createHead(buildHeadNodes({ ...shape, hiddenUnits }, FEATURES, classCount), () => random.next());
}
const example = { shape: [FEATURES], values: Float64Array.from({ length: FEATURES }, (_, i) => i - 2) };
const answer = (network: Network) => [...runReference(network, example).values];

describe('an ensemble', () => {
  it('answers with the weighed probabilities of its members, class by class', () => {
    const [a, b] = [headFor(1, 3), headFor(2, 3, 7)];
    const joined = joinMembers('both', [
      { network: a, weight: 0.25, outputOf: [0, 1, 2] },
      // The other one was taught the classes in another order.
      { network: b, weight: 0.75, outputOf: [2, 0, 1] },
    ]);
    checkNetwork(joined);
    expect([givesProbabilities(joined), givesProbabilities(a)]).toEqual([true, true]);
    const [pa, pb] = [answer(a), answer(b)];
    answer(joined).forEach((value, k) => {
      expect(value).toBeCloseTo(0.25 * (pa[k] ?? 0) + 0.75 * (pb[[2, 0, 1][k] ?? 0] ?? 0), 6);
    });
  });

  it('of one member is that member', () => {
    const a = headFor(1, 3);
    const joined = joinMembers('one', [{ network: a, weight: 1, outputOf: [0, 1, 2] }]);
    checkNetwork(joined);
    answer(joined).forEach((value, k) => {
      expect(value).toBeCloseTo(answer(a)[k] ?? 0, 6);
    });
  });

  it('can have an ensemble among its members', () => {
    const inner = joinMembers('inner', [
      { network: headFor(1, 2), weight: 0.5, outputOf: [0, 1] },
      { network: headFor(2, 2), weight: 0.5, outputOf: [0, 1] },
    ]);
    const joined = joinMembers('outer', [
      { network: inner, weight: 0.5, outputOf: [0, 1] },
      { network: headFor(3, 2), weight: 0.5, outputOf: [0, 1] },
    ]);
    checkNetwork(joined);
    expect(givesProbabilities(joined)).toBe(true);
    expect(answer(joined).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  it('gives none where its members count more or less than 1, or some classes more than others', () => {
    const a = headFor(1, 3);
    const weighed = (weight: number, outputOf = [0, 1, 2]) =>
      givesProbabilities(joinMembers('a', [{ network: a, weight, outputOf }]));
    expect([weighed(1), weighed(0.9), weighed(1.1)]).toEqual([true, false, false]);
    expect(weighed(1, [0, 0, 1])).toBe(false);
    const bare: Network = { ...a, nodes: a.nodes.slice(0, -1) };
    expect(givesProbabilities(bare)).toBe(false);
  });

  it('is looked at in no time, however its parts read each other', () => {
    const nodes: NetworkNode[] = [featureInput('x', 4), { op: 'softmax', name: 'p', inputs: ['x'] }];
    const weights: Record<string, Weight> = {};
    let [a, b] = ['p', 'p'];
    for (let level = 0; level < 40; level++) {
      nodes.push({ op: 'concat', name: `both${level}`, inputs: [a, b] });
      for (const side of ['left', 'right']) {
        const name = `${side}${level}`;
        nodes.push({ op: 'dense', name, inputs: [`both${level}`], units: 4, useBias: false });
        weights[`${name}/kernel`] = { shape: [8, 4], values: new Float32Array(32).fill(1 / 8) };
      }
      [a, b] = [`left${level}`, `right${level}`];
    }
    expect(givesProbabilities({ name: 'hostile', nodes, weights })).toBe(true);
  });

  it('of networks that read different things is none', () => {
    const other = createHead(buildHeadNodes(shape, FEATURES + 1, 3), () => 0.5);
    expect(() =>
      joinMembers('both', [
        { network: headFor(1, 3), weight: 0.5, outputOf: [0, 1, 2] },
        { network: other, weight: 0.5, outputOf: [0, 1, 2] },
      ]),
    ).toThrow(/reads something else/);
  });
});
