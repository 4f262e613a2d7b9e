/** Cuts of real architectures, and of one made to have few. */
import { describe, expect, it } from 'vitest';
import { BACKBONES } from './backbones/registry.ts';
import { cutAfter, cutBefore } from './cut.ts';
import { add, CAFFE_PREPROCESSING, conv, globalAvgPool, imageInput, padAll, relu } from './nodeBuilders.ts';
import { inferShapes } from './shapes.ts';
import { cutPointOf } from './stages.ts';

/** Two stages: 16×16, and 8×8 with a shortcut around its only convolution. */
const SMALL = [
  imageInput('picture', 16, CAFFE_PREPROCESSING),
  conv('first', 'picture', 4, 3, { padding: padAll(1) }),
  relu('firstRelu', 'first'),
  conv('down', 'firstRelu', 4, 1, { stride: 2 }),
  conv('shortcut', 'firstRelu', 4, 1, { stride: 2 }),
  add('sum', 'down', 'shortcut'),
  relu('sumRelu', 'sum'),
  globalAvgPool('features', 'sumRelu'),
];

describe('cutPointOf', () => {
  it('lies in front of the last stages, and at the picture for all of them', () => {
    expect(cutPointOf(SMALL, 1)).toEqual({ nodeName: 'firstRelu', shape: [16, 16, 4] });
    expect(cutPointOf(SMALL, 'all')).toEqual({ nodeName: 'picture', shape: [16, 16, 3] });
  });

  it('is the picture where there are not so many stages', () => {
    expect(cutPointOf(SMALL, 2).nodeName).toBe('picture');
  });

  it('passes by what a shortcut leads around', () => {
    // Behind `down` the sum still reads `firstRelu`'s other branch.
    const shortcutFirst = [
      SMALL[0],
      SMALL[1],
      SMALL[2],
      SMALL[4],
      SMALL[3],
      ...SMALL.slice(5),
    ] as typeof SMALL;
    expect(cutPointOf(shortcutFirst, 1).nodeName).toBe('firstRelu');
  });

  describe.each(BACKBONES)('of $id', ({ buildNodes, featureNode, stages }) => {
    const { nodes } = cutAfter({ name: 'backbone', nodes: buildNodes(), weights: {} }, featureNode);

    it('are where its stages end', () => {
      expect(cutPointOf(nodes, 1).nodeName).toBe(stages.at(-2));
      expect(cutPointOf(nodes, 2).nodeName).toBe(stages.at(-3));
    });

    it.each([1, 2, 'all'] as const)('leave nothing behind (%s)', (count) => {
      const { nodeName, shape } = cutPointOf(nodes, count);
      expect(shape).toEqual(inferShapes(nodes).get(nodeName));
      expect(() => cutBefore({ name: 'part', nodes, weights: {} }, nodeName, shape)).not.toThrow();
    });
  });
});
