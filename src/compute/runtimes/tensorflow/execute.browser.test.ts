import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../domain/backends.ts';
import type { Network, NetworkNode, PoolNode, Weight } from '../../../network/network.ts';
import {
  add,
  batchNorm,
  conv,
  dense,
  dropout,
  globalAvgPool,
  padAll,
  relu,
  softmax,
} from '../../../network/nodeBuilders.ts';
import { runReference } from '../../../network/reference.ts';
import { inferShapes, weightShapes } from '../../../network/shapes.ts';
import { createRandom } from '../../../shared/random.ts';
import { activateBackend } from '../choose/activate.ts';
import { createExecutorOf } from './execute.ts';

const SIZE_PX = 9;
const input: NetworkNode = {
  op: 'input',
  name: 'in',
  inputs: [],
  shape: [SIZE_PX, SIZE_PX, 4],
  preprocessing: null,
};
const uneven = { top: 0, bottom: 1, left: 2, right: 0 };
const pool = (op: PoolNode['op'], name: string, padding: PoolNode['padding']): NetworkNode => ({
  op,
  name,
  inputs: ['in'],
  poolSize: [3, 2],
  strides: [2, 1],
  padding,
});

/** Each op on its own and the fusions, with odd sizes and padding that differs by side. */
const CASES: Readonly<Record<string, readonly NetworkNode[]>> = {
  'conv2d, stride 2, even padding': [input, conv('c', 'in', 5, 3, { stride: 2, padding: padAll(1) })],
  'conv2d, uneven padding, no bias': [input, conv('c', 'in', 5, 2, { padding: uneven, useBias: false })],
  'conv2d, unequal strides': [input, { ...conv('c', 'in', 5, 3), strides: [2, 3] }, relu('r', 'c')],
  'conv2d, unequal strides, even padding': [
    input,
    { ...conv('c', 'in', 5, 3, { padding: padAll(1) }), strides: [2, 3] },
  ],
  'depthwise conv2d, unequal strides': [
    input,
    { ...conv('c', 'in', 8, 3, { groups: 4, padding: padAll(1) }), strides: [3, 2] },
  ],
  'grouped conv2d, unequal strides, uneven padding': [
    input,
    { ...conv('c', 'in', 6, 3, { groups: 2, padding: uneven }), strides: [2, 3] },
  ],
  'conv2d with fused relu': [input, conv('c', 'in', 5, 1), relu('r', 'c')],
  'conv2d with fused relu6': [
    input,
    conv('c', 'in', 5, 3),
    { op: 'relu', name: 'r', inputs: ['c'], maxValue: 6 },
  ],
  'conv2d that something else reads beside the relu': [
    input,
    conv('c', 'in', 4, 1),
    relu('r', 'c'),
    add('a', 'r', 'c'),
  ],
  'depthwise conv2d': [input, conv('c', 'in', 8, 3, { groups: 4, padding: padAll(1) }), relu('r', 'c')],
  'grouped conv2d': [
    input,
    conv('c', 'in', 6, 3, { groups: 2, stride: 2, padding: padAll(1) }),
    relu('r', 'c'),
  ],
  batchNorm: [input, batchNorm('b', 'in', 1e-3)],
  'relu with a limit of its own': [input, { op: 'relu', name: 'r', inputs: ['in'], maxValue: 0.3 }],
  maxPool: [input, pool('maxPool', 'p', { top: 1, bottom: 1, left: 1, right: 0 })],
  avgPool: [input, pool('avgPool', 'p', { top: 1, bottom: 1, left: 1, right: 0 })],
  globalAvgPool: [input, globalAvgPool('g', 'in')],
  add: [input, relu('r', 'in'), add('a', 'in', 'r')],
  concat: [input, relu('r', 'in'), { op: 'concat', name: 'cat', inputs: ['in', 'r'] }],
  'flatten, dropout and dense': [
    input,
    { op: 'flatten', name: 'f', inputs: ['in'] },
    dropout('d', 'f', 0.5),
    dense('h', 'd', 7),
    relu('r', 'h'),
    dense('logits', 'r', 3),
    softmax('s', 'logits'),
  ],
};

function withWeights(nodes: readonly NetworkNode[]): Network {
  const random = createRandom(4);
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const size = shape.reduce((a, b) => a * b, 1);
      const low = kind === 'movingVariance' ? 0.1 : -0.5;
      weights[`${node.name}/${kind}`] = {
        shape,
        values: new Float32Array(size).map(() => low + random.next()),
      };
    }
  }
  return { name: 'case', nodes, weights };
}

describe.each<TensorflowBackend>(['wasm', 'webgl', 'webgpu'])(
  'the executor on %s agrees with plain loops',
  (backend) => {
    beforeAll(async () => {
      await activateBackend(backend);
    });

    it.each(Object.entries(CASES))('%s', async (_name, nodes) => {
      const network = withWeights(nodes);
      const random = createRandom(8);
      const length = SIZE_PX * SIZE_PX * 4;
      const examples = [0, 1].map(() =>
        new Float64Array(length).map(() => Math.fround(random.next() * 2 - 1)),
      );
      const before = tf.memory().numTensors;
      const executor = createExecutorOf(network);
      const batch = tf.tensor4d(Float32Array.from(examples.flatMap((example) => [...example])), [
        2,
        SIZE_PX,
        SIZE_PX,
        4,
      ]);
      const output = executor.run(batch);
      const actual = await output.data();
      const expected = examples.flatMap((values) => [
        ...runReference(network, { shape: [SIZE_PX, SIZE_PX, 4], values }).values,
      ]);
      expect(actual).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(1e-3);
      });
      tf.dispose([batch, output]);
      executor.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  },
);
