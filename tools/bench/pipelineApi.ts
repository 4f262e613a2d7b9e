/** What the page of the bench asks of the worker that feeds a trainer. */
import type { Method } from '../../src/rpc/protocol.ts';
import type { PipelineReading } from './pipelineResult.ts';

export interface BenchPipelineApi {
  measure: Method<{ pictures: number; epochs: number }, never, PipelineReading>;
}
