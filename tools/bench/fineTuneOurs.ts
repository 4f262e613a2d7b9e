/** Our side of the bench of fine-tuning: the app's own trainer in a worker, behind a page without a view. */

import type { TensorflowBackend } from '../../src/domain/backends.ts';
import { createWorkerClient } from '../../src/rpc/client.ts';
import type { BenchFineTuneApi, FineTunePrepared } from './fineTuneApi.ts';
import type { FineTuneStepReport } from './fineTuneCase.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';

const worker = createWorkerClient<BenchFineTuneApi>(
  () => new Worker(new URL('./fineTune.worker.ts', import.meta.url), { type: 'module' }),
);

const bench = {
  prepare: (backend: string, sizes: FineTuneSizes, workers: number | null): Promise<FineTunePrepared> =>
    // From the command line, where it was checked.
    worker.call('prepare', { backend: backend as TensorflowBackend, sizes, workers }),
  step: (): Promise<FineTuneStepReport> => worker.call('step', {}),
};
export type FineTuneOursBench = typeof bench;
Object.assign(globalThis, { bench });
