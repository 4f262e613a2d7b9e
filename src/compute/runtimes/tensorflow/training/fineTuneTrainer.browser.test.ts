import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorflowBackend } from '../../../../domain/backends.ts';
import { createPart, PARTS } from '../../../../testing/training/fineTunedParts.ts';
import { partArgsFor, testPartTrainer } from '../../../../testing/training/partTrainerContract.ts';
import { activateBackend } from '../../choose/activate.ts';
import { KERNEL_BUILDS } from '../../wasm/builds.ts';
import { loadTrainingKernels } from '../../wasm/training/loadTrainingKernels.ts';
import { type ConvOps, TENSORFLOW_CONVS } from './convOps.ts';
import { createFineTuneTrainer } from './fineTuneTrainer.ts';
import { createKernelConvs } from './kernelConvs.ts';
import { maxPoolBackward } from './poolOps.ts';
import { planWindow } from './windows.ts';

interface Implementation {
  readonly title: string;
  readonly backend: TensorflowBackend;
  readonly loadConvs: () => Promise<ConvOps | null>;
}

const IMPLEMENTATIONS: readonly Implementation[] = [
  ...KERNEL_BUILDS.map((build): Implementation => {
    const title = `wasm with our own kernels, ${build}`;
    const loadConvs = async () => {
      const kernels = await loadTrainingKernels([build]);
      return kernels && createKernelConvs(kernels);
    };
    return { title, backend: 'wasm', loadConvs };
  }),
  ...(['wasm', 'webgl', 'webgpu'] as const).map((backend): Implementation => {
    return { title: `TensorFlow.js on ${backend}`, backend, loadConvs: async () => TENSORFLOW_CONVS };
  }),
];

describe.each(IMPLEMENTATIONS)('layers that train: $title', ({ backend, loadConvs }) => {
  let convs: ConvOps = TENSORFLOW_CONVS;

  beforeAll(async () => {
    await activateBackend(backend);
    const loaded = await loadConvs();
    if (!loaded) throw new Error('the kernels cannot reach the memory of TensorFlow.js');
    convs = loaded;
  });

  testPartTrainer({
    create: (args) => createFineTuneTrainer({ ...args, convs }),
    held: () => tf.memory().numTensors,
  });

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
  await expect(createFineTuneTrainer(partArgsFor(headless))).rejects.toThrow('softmax');
});
