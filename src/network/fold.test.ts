import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { BACKBONES } from './backbones/registry.ts';
import { cutAfter, cutBefore } from './cut.ts';
import { foldBatchNorm } from './fold.ts';
import type { Network, NetworkNode, Weight } from './network.ts';
import {
  add,
  batchNorm,
  CAFFE_PREPROCESSING,
  conv,
  globalAvgPool,
  imageInput,
  maxPool,
  padAll,
  relu,
} from './nodeBuilders.ts';
import { runReference } from './reference.ts';

const random = createRandom(3);
const uniform = (shape: number[], low: number, high: number): Weight => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).map(() => low + (high - low) * random.next()),
});

function norm(name: string, channels: number): Record<string, Weight> {
  return {
    [`${name}/gamma`]: uniform([channels], 0.5, 1.5),
    [`${name}/beta`]: uniform([channels], -1, 1),
    [`${name}/movingMean`]: uniform([channels], -1, 1),
    [`${name}/movingVariance`]: uniform([channels], 0.1, 2),
  };
}

const nodes: NetworkNode[] = [
  imageInput('input', 9, CAFFE_PREPROCESSING),
  conv('c1', 'input', 4, 3, { stride: 2, padding: padAll(1) }),
  batchNorm('b1', 'c1', 1e-3),
  relu('r1', 'b1'),
  maxPool('p1', 'r1', 3, 1, padAll(1)),
  conv('c2', 'p1', 4, 1, { useBias: false }),
  batchNorm('b2', 'c2', 1e-3),
  add('a', 'b2', 'p1'),
  batchNorm('alone', 'a', 1e-3),
  globalAvgPool('gap', 'alone'),
];
const network: Network = {
  name: 'small',
  nodes,
  weights: {
    'c1/kernel': uniform([3, 3, 3, 4], -0.01, 0.01),
    'c1/bias': uniform([4], -1, 1),
    'c2/kernel': uniform([1, 1, 4, 4], -1, 1),
    ...norm('b1', 4),
    ...norm('b2', 4),
    ...norm('alone', 4),
  },
};
const example = {
  shape: [9, 9, 3],
  values: new Float64Array(243).map(() => Math.floor(random.next() * 256)),
};

describe('foldBatchNorm', () => {
  it('keeps the output and leaves only the BatchNorm that follows no convolution', () => {
    const folded = foldBatchNorm(network);
    expect(folded.nodes.filter((node) => node.op === 'batchNorm').map((node) => node.name)).toEqual([
      'alone',
    ]);
    expect(Object.keys(folded.weights)).toContain('c2/bias');
    const [before, after] = [runReference(network, example), runReference(folded, example)];
    before.values.forEach((value, i) => {
      expect(after.values[i]).toBeCloseTo(value, 5);
    });
  });

  it('leaves a convolution alone whose output something else reads too', () => {
    const shared = { ...network, nodes: nodes.map((n) => (n.name === 'a' ? add('a', 'b2', 'c2') : n)) };
    expect(foldBatchNorm(shared).nodes.map((node) => node.name)).toContain('b2');
  });
});

describe('cut', () => {
  it('runs the same in two parts as in one', () => {
    const first = cutAfter(network, 'p1');
    const second = cutBefore(network, 'p1', [5, 5, 4]);
    const whole = runReference(network, example).values;
    expect([...runReference(second, runReference(first, example)).values]).toEqual([...whole]);
    expect(Object.keys(first.weights)).not.toContain('c2/kernel');
  });

  it('refuses a place that later nodes reach around', () => {
    expect(() => cutBefore(network, 'c2', [5, 5, 4])).toThrow(/before the cut/);
  });
});

describe.each(BACKBONES)('backbone $id', (backbone) => {
  it('names its feature node and stages, each input before its reader', () => {
    const names = new Set<string>();
    for (const node of backbone.buildNodes()) {
      for (const input of node.inputs) expect(names).toContain(input);
      expect(names).not.toContain(node.name);
      names.add(node.name);
    }
    for (const name of [backbone.featureNode, ...backbone.stages]) expect(names).toContain(name);
  });
});
