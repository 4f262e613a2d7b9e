import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import { runReference } from '../../network/reference.ts';
import type { TensorflowBackend } from '../../rpc/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { activateBackend } from '../backends/activate.ts';
import { toBatch } from './batches.ts';
import { createDenseStack } from './denseStack.ts';
import { createClouds } from './testTable.ts';

const BACKENDS: readonly TensorflowBackend[] = ['wasm', 'webgl', 'webgpu'];
const FEATURES = 12;
const CLASSES = 3;
const table = createClouds(20, FEATURES, CLASSES);

describe.each(BACKENDS)('a stack of dense layers on %s', (backend) => {
  beforeAll(async () => {
    await activateBackend(backend);
  });

  it('computes the gradients that differences of the loss give', async () => {
    const random = createRandom(9);
    const nodes = buildHeadNodes({ head: 'mlp', hiddenUnits: 5, dropout: 0 }, FEATURES, CLASSES);
    const head = createHead(nodes, () => random.next());
    const classWeights = [0.5, 1, 2];
    const rows = [0, 1, 2, 3, 4];
    const batch = toBatch(table, rows, 8, classWeights);
    const stack = createDenseStack(head);
    const { gradients, lossSum, correct } = stack.step(batch, batch.weightSum, () => new Float32Array());

    const lossOf = (network: typeof head) => {
      const total = rows.reduce((sum, row) => {
        const example = Float64Array.from(table.values.subarray(row * FEATURES, (row + 1) * FEATURES));
        const output = runReference(network, { shape: [FEATURES], values: example }).values;
        const label = table.labels[row] ?? 0;
        return sum - Math.log(output[label] ?? 0) * (classWeights[label] ?? 0);
      }, 0);
      return total / batch.weightSum;
    };
    expect((await lossSum.data())[0]).toBeCloseTo(lossOf(head) * batch.weightSum, 3);

    for (const [{ key, isKernel }, gradient] of gradients) {
      const actual = await gradient.data();
      const weight = head.weights[key];
      if (!weight) throw new Error(key);
      const [inputs = 1, units = 1] = weight.shape;
      for (const index of [0, Math.floor(weight.values.length / 2), weight.values.length - 1]) {
        const moved = (by: number) => {
          const values = weight.values.slice();
          values[index] = (values[index] ?? 0) + by;
          return lossOf({ ...head, weights: { ...head.weights, [key]: { ...weight, values } } });
        };
        const numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
        const place = isKernel ? (index % units) * inputs + Math.floor(index / units) : index;
        expect(actual[place]).toBeCloseTo(numeric, 2);
      }
      gradient.dispose();
    }
    tf.dispose([lossSum, correct, batch.rows, batch.columns, batch.targets, batch.weights]);
    stack.dispose();
  });
});
