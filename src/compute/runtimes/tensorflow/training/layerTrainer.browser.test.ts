import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../../domain/backends.ts';
import { createPart, PARTS } from '../../../../testing/training/fineTunedParts.ts';
import { partArgsFor, testPartTrainer } from '../../../../testing/training/partTrainerContract.ts';
import { activateBackend } from '../activate.ts';
import { createLayerTrainer } from './layerTrainer.ts';
import { maxPoolBackward } from './poolOps.ts';
import { planWindow } from './windows.ts';

const BACKENDS: readonly TensorflowBackend[] = ['wasm', 'webgl', 'webgpu'];

describe.each(BACKENDS)('layers that train: TensorFlow.js on %s', (backend) => {
  beforeAll(async () => {
    await activateBackend(backend);
  });

  testPartTrainer({ create: createLayerTrainer, held: () => tf.memory().numTensors });

  it('sends the gradient of equal values to the first of them', async () => {
    const nodes = PARTS['maxPool that leaves pixels out'] ?? [];
    const node = nodes.find(({ op }) => op === 'maxPool');
    if (node?.op !== 'maxPool') throw new Error('no pool');
    const gradient = await tf
      .tidy(() =>
        maxPoolBackward(
          tf.zeros([1, 6, 7, 1]),
          tf.zeros([1, 1, 2, 1]),
          tf.ones([1, 1, 2, 1]),
          planWindow(node, [6, 7], [1, 2]),
        ),
      )
      .data();
    expect([...gradient].flatMap((value, place) => (value === 0 ? [] : [[place, value]]))).toEqual([
      [0, 1],
      [3, 1],
    ]);
  });
});

it('refuses what does not end in a softmax', async () => {
  const { nodes, ...rest } = createPart(PARTS['a bottleneck'] ?? []);
  const headless = { ...rest, nodes: nodes.slice(0, -1) };
  await expect(createLayerTrainer(partArgsFor(headless))).rejects.toThrow('softmax');
});
