/** The bench of gradients in a page. */
import { activateBackend } from '../../src/compute/runtimes/tensorflow/activate.ts';
import type { TensorflowBackend } from '../../src/domain/backends.ts';
import { overfit } from '../../src/testing/training/overfit.ts';
import type { Overfit } from '../../src/testing/training/overfitResult.ts';

const bench = {
  async overfit(id: string, backend: string, learningRate: number, mostSteps: number): Promise<Overfit> {
    // From the command line, where it was checked.
    await activateBackend(backend as TensorflowBackend);
    return overfit(id, learningRate, mostSteps);
  },
};
export type GradientsBench = typeof bench;
Object.assign(globalThis, { bench });
