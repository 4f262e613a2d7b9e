import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../../domain/backends.ts';
import { buildHeadNodes, createHead } from '../../../../network/head.ts';
import { createRandom } from '../../../../shared/random.ts';
import { lossOf, withMixes, withMoved } from '../../../../testing/training/heads.ts';
import { createClouds, range } from '../../../../testing/training/table.ts';
import { activateBackend } from '../activate.ts';
import { addGradients, clipToNorm } from './clip.ts';
import { createDenseStack, type Parameter } from './denseStack.ts';
import { toBatch } from './featureBatches.ts';

const BACKENDS: readonly TensorflowBackend[] = ['wasm', 'webgl', 'webgpu'];
const FEATURES = 12;
const CLASSES = 3;
const table = withMixes(createClouds(20, FEATURES, CLASSES), CLASSES);

describe.each(BACKENDS)('a stack of dense layers on %s', (backend) => {
  beforeAll(async () => {
    await activateBackend(backend);
  });

  it.each([
    { labelSmoothing: 0, focalGamma: 0 },
    { labelSmoothing: 0.1, focalGamma: 2 },
  ])('computes the gradients that differences of the loss give, with %o', async (loss) => {
    const random = createRandom(9);
    const nodes = buildHeadNodes({ head: 'mlp', hiddenUnits: 5, dropout: 0 }, FEATURES, CLASSES);
    const head = createHead(nodes, () => random.next());
    const classWeights = [0.5, 1, 2];
    const rows = range(0, 5);
    const tensors = tf.memory().numTensors;
    const batch = toBatch(table, rows, 8, classWeights);
    const stack = createDenseStack(head, loss);
    const { gradients, lossSum, correct } = stack.step(batch, batch.weightSum, () => new Float32Array());
    const crossEntropy = lossOf(head, table, rows, classWeights);
    expect((await lossSum.data())[0]).toBeCloseTo(crossEntropy * batch.weightSum, 3);

    for (const [{ key, isKernel }, gradient] of gradients) {
      const actual = await gradient.data();
      const weight = head.weights[key];
      if (!weight) throw new Error(key);
      const [inputs = 1, units = 1] = weight.shape;
      for (const index of [0, Math.floor(weight.values.length / 2), weight.values.length - 1]) {
        const lossAt = (by: number) =>
          lossOf(withMoved(head, key, index, by), table, rows, classWeights, loss);
        const place = isKernel ? (index % units) * inputs + Math.floor(index / units) : index;
        expect(actual[place]).toBeCloseTo((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5, 3);
      }
      gradient.dispose();
    }
    tf.dispose([lossSum, correct, batch.rows, batch.columns, batch.targets, batch.weights]);
    stack.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('holds gathered gradients to a norm over all of them', async () => {
    const tensors = tf.memory().numTensors;
    const parameter = (key: string): Parameter => ({
      ...{ key, isKernel: true, slots: new Map() },
      value: tf.scalar(0),
    });
    const [a, b] = [parameter('a'), parameter('b')];
    const gradients = () =>
      new Map<Parameter, tf.Tensor>([
        [a, tf.tensor2d([1, 0, 0, 2], [2, 2])],
        [b, tf.tensor1d([-2])],
      ]);
    const valuesOf = async (map: ReadonlyMap<Parameter, tf.Tensor>) =>
      (await Promise.all([...map.values()].map(async (value) => [...(await value.data())]))).flat();
    const held = clipToNorm(addGradients(addGradients(null, gradients()), gradients()), 0.6);
    const expected = [0.2, 0, 0, 0.4, -0.4];
    (await valuesOf(held)).forEach((value, i) => void expect(value).toBeCloseTo(expected[i] ?? 0, 5));
    const small = clipToNorm(gradients(), 3.5);
    expect(await valuesOf(small)).toEqual([1, 0, 0, 2, -2]);
    tf.dispose([...held.values(), ...small.values(), a.value, b.value]);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
