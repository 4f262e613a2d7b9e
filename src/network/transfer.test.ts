import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { buildHeadNodes, createHead } from './head.ts';
import { getWeight, type Network } from './network.ts';
import { checkNetwork, InvalidNetworkError } from './shapes.ts';
import { transferHead } from './transfer.ts';

const FEATURES = 5;
const HIDDEN = 4;

function source(seed: number) {
  const random = createRandom(seed);
  return () => random.next();
}

/** With biases that tell the classes apart, which fresh ones do not. */
function trainedHead(head: 'mlp' | 'linear', classCount: number): Network {
  const settings = { head, hiddenUnits: HIDDEN, dropout: 0.25 };
  const network = createHead(buildHeadNodes(settings, FEATURES, classCount), source(1));
  getWeight(network, 'logits', 'bias').values.forEach((_value, index, bias) => {
    bias[index] = index + 1;
  });
  return network;
}

/** Of the unit: its kernel's column, then its bias. */
function columnOf(network: Network, unit: number): number[] {
  const { shape, values } = getWeight(network, 'logits', 'kernel');
  const [inputs = 0, units = 0] = shape;
  const column = Array.from({ length: inputs }, (_, input) => values[input * units + unit] ?? Number.NaN);
  return [...column, getWeight(network, 'logits', 'bias').values[unit] ?? Number.NaN];
}

describe.each(['mlp', 'linear'] as const)('transferHead of a head of kind %s', (kind) => {
  const from = trainedHead(kind, 3);
  const inputs = kind === 'mlp' ? HIDDEN : FEATURES;

  it('follows the names, keeps what is known and starts what is new', () => {
    const to = transferHead(from, ['cat', 'dog', 'cow'], ['cow', 'ant', 'bee', 'cat'], source(2));
    expect(checkNetwork(to).get('probabilities')).toEqual([4]);
    expect(columnOf(to, 0)).toEqual(columnOf(from, 2));
    expect(columnOf(to, 3)).toEqual(columnOf(from, 0));
    const limit = Math.sqrt(6 / (inputs + 4));
    for (const unit of [1, 2]) {
      const column = columnOf(to, unit);
      expect(column.at(-1)).toBe(0);
      expect(new Set(column.slice(0, -1)).size).toBe(inputs);
      for (const value of column.slice(0, -1)) {
        expect(Math.abs(value)).toBeLessThanOrEqual(limit);
        expect(value).not.toBe(0);
      }
    }
    expect(columnOf(to, 1)).not.toEqual(columnOf(to, 2));
  });

  it('changes nothing for the same classes, and shares no array that it may train on', () => {
    const to = transferHead(from, ['a', 'b', 'c'], ['a', 'b', 'c'], source(2));
    expect(to).toEqual(from);
    for (const weight of ['kernel', 'bias']) {
      expect(getWeight(to, 'logits', weight).values).not.toBe(getWeight(from, 'logits', weight).values);
    }
  });

  it('leaves the head that it came from as it was', () => {
    const before = structuredClone(from);
    transferHead(from, ['a', 'b', 'c'], ['d'], source(2));
    expect(from).toEqual(before);
  });

  it('gives the same fresh weights for the same seed, whatever else is kept', () => {
    const first = transferHead(from, ['a', 'b', 'c'], ['a', 'new'], source(7));
    const second = transferHead(from, ['a', 'b', 'c'], ['c', 'new'], source(7));
    expect(columnOf(first, 1)).toEqual(columnOf(second, 1));
  });
});

describe('transferHead', () => {
  it('keeps everything before the last layer', () => {
    const from = trainedHead('mlp', 2);
    const to = transferHead(from, ['a', 'b'], ['b', 'c', 'd'], source(2));
    expect(getWeight(to, 'hidden', 'kernel')).toBe(getWeight(from, 'hidden', 'kernel'));
    expect(to.nodes.map(({ name, op }) => [name, op])).toEqual(from.nodes.map(({ name, op }) => [name, op]));
  });

  it('takes a network that ends in logits, without biases', () => {
    const from: Network = {
      name: 'part',
      nodes: [
        { op: 'input', name: 'map', inputs: [], shape: [2, 2, 3], preprocessing: null },
        { op: 'globalAvgPool', name: 'pool', inputs: ['map'] },
        { op: 'dense', name: 'logits', inputs: ['pool'], units: 2, useBias: false },
      ],
      weights: { 'logits/kernel': { shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) } },
    };
    const to = transferHead(from, ['a', 'b'], ['b', 'a'], source(1));
    expect([...getWeight(to, 'logits', 'kernel').values]).toEqual([2, 1, 4, 3, 6, 5]);
    expect(checkNetwork(to).get('logits')).toEqual([2]);
    expect(Object.keys(to.weights)).toEqual(['logits/kernel']);
  });

  it('refuses what has no dense layer at its end, other classes than outputs, and none', () => {
    const from = trainedHead('mlp', 2);
    const cut = { ...from, nodes: from.nodes.slice(0, 3) };
    expect(() => transferHead(cut, ['a', 'b'], ['a'], source(1))).toThrow(InvalidNetworkError);
    expect(() => transferHead(from, ['a'], ['a'], source(1))).toThrow(InvalidNetworkError);
    expect(() => transferHead(from, ['a', 'b'], [], source(1))).toThrow(InvalidNetworkError);
  });
});
