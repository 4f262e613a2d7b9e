/** The bench of the data pipeline: the app's own in a worker, as the engine is, behind a page without a view. */
import { createWorkerClient } from '../../src/rpc/client.ts';
import type { BenchPipelineApi } from './pipelineApi.ts';
import type { PipelineReading } from './pipelineResult.ts';

const worker = createWorkerClient<BenchPipelineApi>(
  () => new Worker(new URL('./pipeline.worker.ts', import.meta.url), { type: 'module' }),
);

const bench = {
  measure: (pictures: number, epochs: number): Promise<PipelineReading> =>
    worker.call('measure', { pictures, epochs }),
};
export type PipelineBench = typeof bench;
Object.assign(globalThis, { bench });
