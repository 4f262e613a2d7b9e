/** Whole networks learn ten pictures by heart; `npm run bench -- gradients` does it with all of them. */
import { beforeAll, expect, it } from 'vitest';
import { overfit } from '../../testing/training/overfit.ts';
import { isLearned } from '../../testing/training/overfitResult.ts';
import { activateBackend } from '../runtimes/tensorflow/activate.ts';

beforeAll(async () => {
  await activateBackend('wasm');
});

it.each(['plain-cnn', 'resnet18', 'mobilenet-v2'])(
  '%s learns ten pictures by heart',
  async (id) => {
    const result = await overfit(id, 1e-3, 60);
    expect(isLearned(result), JSON.stringify(result)).toBe(true);
  },
  120_000,
);
