import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../../domain/backends.ts';
import { activateBackend } from '../activate.ts';
import { addGradients, clipToNorm } from './clip.ts';
import type { Parameter } from './parameter.ts';

const BACKENDS: readonly TensorflowBackend[] = ['wasm', 'webgl', 'webgpu'];

describe.each(BACKENDS)('gradients on %s', (backend) => {
  beforeAll(async () => {
    await activateBackend(backend);
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
