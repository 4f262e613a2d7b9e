import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../domain/backends.ts';
import { runReference } from '../../../network/reference.ts';
import { OP_CASES, opExamples, withOpWeights } from '../../../testing/network/opCases.ts';
import { activateBackend } from './activate.ts';
import { createExecutorOf } from './execute.ts';

describe.each<TensorflowBackend>(['wasm', 'webgl', 'webgpu'])(
  'the executor on %s agrees with plain loops',
  (backend) => {
    beforeAll(async () => {
      await activateBackend(backend);
    });

    it.each(Object.entries(OP_CASES))('%s', async (_name, nodes) => {
      const network = withOpWeights(nodes);
      const examples = opExamples();
      const before = tf.memory().numTensors;
      const executor = createExecutorOf(network);
      const batch = tf.tensor(Float32Array.from(examples.flatMap(({ values }) => [...values])), [
        examples.length,
        ...(examples[0]?.shape ?? []),
      ]);
      const output = executor.run(batch);
      const actual = await output.data();
      const expected = examples.flatMap((example) => [...runReference(network, example).values]);
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
