import { InferenceSession, env as ortEnvironment, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network, Weight } from '../../src/network/network.ts';
import { add, conv, globalAvgPool, maxPool, padAll, relu, softmax } from '../../src/network/nodeBuilders.ts';
import { runReference } from '../../src/network/reference.ts';
import { checkNetwork, inferShapes, sizeOf, weightShapes } from '../../src/network/shapes.ts';
import { createRandom } from '../../src/shared/random.ts';
import { toOnnx } from './onnx.ts';

const HEIGHT = 9;
const WIDTH = 7;
const CHANNELS = 3;
const random = createRandom(7);

function randomValues(length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map(() => random.next() * 2 - 1);
}

/** Every op the bench writes, with unequal sides, strides, paddings and groups. */
function sampleNetwork(): Network {
  const nodes: Network['nodes'] = [
    { op: 'input', name: 'image', inputs: [], shape: [HEIGHT, WIDTH, CHANNELS], preprocessing: null },
    {
      ...conv('stem', 'image', 8, 3, { padding: { top: 0, bottom: 2, left: 1, right: 3 } }),
      kernelSize: [3, 2],
      strides: [1, 2],
    },
    relu('stem_relu', 'stem'),
    maxPool('pool', 'stem_relu', 3, 2, padAll(1)),
    conv('left', 'pool', 6, 3, { padding: padAll(1), groups: 2, useBias: false }),
    conv('right', 'pool', 6, 1),
    add('sum', 'left', 'right'),
    relu('sum_relu', 'sum'),
    globalAvgPool('features', 'sum_relu'),
  ];
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      weights[`${node.name}/${kind}`] = { shape, values: randomValues(sizeOf(shape)) };
    }
  }
  const network = { name: 'sample', nodes, weights };
  checkNetwork(network);
  return network;
}

describe('a network of ours as ONNX', () => {
  beforeAll(() => {
    ortEnvironment.wasm.numThreads = 1;
  });

  it('gives in ONNX Runtime what the plain loops give', async () => {
    const network = sampleNetwork();
    const values = randomValues(HEIGHT * WIDTH * CHANNELS);
    const expected = runReference(network, {
      shape: [HEIGHT, WIDTH, CHANNELS],
      values: Float64Array.from(values),
    });
    const channelsFirst = new Float32Array(values.length);
    values.forEach((value, i) => {
      channelsFirst[(i % CHANNELS) * HEIGHT * WIDTH + Math.floor(i / CHANNELS)] = value;
    });
    const session = await InferenceSession.create(toOnnx(network));
    const input = new Tensor('float32', channelsFirst, [1, CHANNELS, HEIGHT, WIDTH]);
    const { features } = await session.run({ image: input });
    expect(features?.dims).toEqual([1, 6]);
    const data = Array.from(features?.data as Float32Array);
    expect(Math.max(...expected.values)).toBeGreaterThan(0.1);
    expected.values.forEach((value, i) => {
      expect(data[i]).toBeCloseTo(value, 5);
    });
    await session.release();
  });

  it('names what it cannot write', () => {
    const { nodes, weights } = sampleNetwork();
    const network = { name: 'sample', nodes: [...nodes, softmax('probabilities', 'features')], weights };
    expect(() => toOnnx(network)).toThrow('softmax (probabilities)');
  });
});
