import { describe, expect, it } from 'vitest';
import { createRandom } from '../shared/random.ts';
import { cutBefore } from './cut.ts';
import { foldBatchNorm, foldedNorms } from './fold.ts';
import type { Network, NetworkNode, Weight } from './network.ts';
import { batchNorm, CAFFE_PREPROCESSING, conv, globalAvgPool, imageInput, relu } from './nodeBuilders.ts';
import { runReference } from './reference.ts';
import { checkNetwork } from './shapes.ts';
import { unfoldBatchNorm } from './unfold.ts';

const random = createRandom(5);
const uniform = (shape: number[], low: number, high: number): Weight => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).map(() => low + (high - low) * random.next()),
});
const norm = (name: string, channels: number, gamma: readonly number[]): Record<string, Weight> => ({
  [`${name}/gamma`]: { shape: [channels], values: Float32Array.from(gamma) },
  [`${name}/beta`]: uniform([channels], -1, 1),
  [`${name}/movingMean`]: uniform([channels], -1, 1),
  [`${name}/movingVariance`]: uniform([channels], 0.1, 2),
});

const published: NetworkNode[] = [
  imageInput('input', 6, CAFFE_PREPROCESSING),
  conv('c1', 'input', 4, 3),
  batchNorm('b1', 'c1', 1e-3),
  relu('r1', 'b1'),
  conv('c2', 'r1', 3, 1, { useBias: false }),
  batchNorm('b2', 'c2', 1e-3),
  relu('r2', 'b2'),
  batchNorm('alone', 'r2', 1e-3),
  globalAvgPool('gap', 'alone'),
];
const network: Network = {
  name: 'small',
  nodes: published,
  weights: {
    'c1/kernel': uniform([3, 3, 3, 4], -0.01, 0.01),
    'c1/bias': uniform([4], -1, 1),
    'c2/kernel': uniform([1, 1, 4, 3], -1, 1),
    ...norm('b1', 4, [1.5, -0.7, 0.9, 0.2]),
    ...norm('b2', 3, [0.8, 0, 1e-9]),
    ...norm('alone', 3, [1, 1, 1]),
  },
};
const folded = foldBatchNorm(network);
const norms = foldedNorms(network);
const picture = {
  shape: [6, 6, 3],
  values: new Float64Array(108).map(() => Math.floor(random.next() * 256)),
};

function expectSame(one: Network, other: Network, example = picture) {
  const [wanted, got] = [runReference(one, example).values, runReference(other, example).values];
  wanted.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 5);
  });
}

describe('unfoldBatchNorm', () => {
  it('makes the published network again, with gamma, mean and variance as they were', () => {
    const again = unfoldBatchNorm(folded, published, norms);
    checkNetwork(again);
    expect(again.nodes.map(({ name }) => name)).toEqual(published.map(({ name }) => name));
    expectSame(network, again);
    for (const [key, { values }] of Object.entries(network.weights)) {
      // What a filter without any effect was nobody knows, nor does a bias in front of a BatchNorm do anything.
      const isKnown = (i: number) => !key.includes('2/') || i % 3 === 0;
      if (key === 'c1/bias' || key === 'b1/movingMean') continue;
      values.forEach((value, i) => {
        if (isKnown(i))
          expect([key, i, again.weights[key]?.values[i]]).toEqual([key, i, expect.closeTo(value, 5)]);
      });
    }
  });

  it('computes what the folded network does, whatever that has learned meanwhile', () => {
    const learned: Network = {
      ...folded,
      weights: Object.fromEntries(
        Object.entries(folded.weights).map(([key, { shape, values }]) => [
          key,
          { shape, values: values.map((value) => value + (random.next() - 0.5) * 0.02) },
        ]),
      ),
    };
    expectSame(learned, unfoldBatchNorm(learned, published, norms));
  });

  it('folds to the same weights again', () => {
    const again = foldBatchNorm(unfoldBatchNorm(folded, published, norms));
    for (const [key, { values }] of Object.entries(folded.weights))
      values.forEach((value, i) => {
        expect(again.weights[key]?.values[i]).toBeCloseTo(value, 6);
      });
  });

  it('lets a channel without scale stay as it is also by the statistics of a batch', () => {
    const part = cutBefore(folded, 'r1', [6, 6, 4]);
    const { weights } = unfoldBatchNorm(part, published, norms);
    const of = (kind: string, c: number) => weights[`b2/${kind}`]?.values[c] ?? Number.NaN;
    for (const c of [1, 2]) {
      // What such a filter gives is nothing, and so are its mean and its variance.
      const ofBatch = ((0 - 0) / Math.sqrt(0 + 1e-3)) * of('gamma', c) + of('beta', c);
      expect(ofBatch).toBeCloseTo(folded.weights['c2/bias']?.values[c] ?? Number.NaN, 6);
      expect(of('gamma', c)).toBeCloseTo(Math.sqrt(1e-3), 6);
    }
  });

  it('takes a part behind a cut, and leaves the folded one as it is', () => {
    const part = cutBefore(folded, 'r1', [6, 6, 4]);
    const before = structuredClone(part);
    const again = unfoldBatchNorm(part, published, norms);
    expect(again.nodes.map(({ name }) => name)).toEqual(['r1', 'c2', 'b2', 'r2', 'alone', 'gap']);
    expect(Object.keys(again.weights)).not.toContain('c2/bias');
    expect(part).toEqual(before);
  });

  it('adds nothing twice, and nothing that is not known', () => {
    const once = unfoldBatchNorm(folded, published, norms);
    expect(unfoldBatchNorm(once, published, norms)).toEqual(once);
    expect(unfoldBatchNorm(folded, published, {})).toEqual(folded);
  });

  it('says of each BatchNorm in a convolution three numbers a channel, and none of the others', () => {
    expect(Object.keys(norms).sort()).toEqual(
      ['b1', 'b2']
        .flatMap((name) => [`${name}/gamma`, `${name}/movingMean`, `${name}/movingVariance`])
        .sort(),
    );
  });
});
