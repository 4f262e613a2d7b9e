/** Our side of the bench of fine-tuning: the app's own trainer in a worker, behind a page without a view. */

import type { TensorflowBackend } from '../../src/domain/backends.ts';
import { createWorkerClient } from '../../src/rpc/client.ts';
import type { BenchTailApi, TailPrepared } from './tailApi.ts';
import type { TailSizes, TailStepReport } from './tailCase.ts';

const worker = createWorkerClient<BenchTailApi>(
  () => new Worker(new URL('./tail.worker.ts', import.meta.url), { type: 'module' }),
);

const bench = {
  prepare: (backend: string, sizes: TailSizes): Promise<TailPrepared> =>
    // From the command line, where it was checked.
    worker.call('prepare', { backend: backend as TensorflowBackend, sizes }),
  step: (): Promise<TailStepReport> => worker.call('step', {}),
};
export type TailOursBench = typeof bench;
Object.assign(globalThis, { bench });
