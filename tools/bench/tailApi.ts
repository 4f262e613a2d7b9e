/** What the page of the bench asks of the worker that fine-tunes. */

import type { TensorflowBackend } from '../../src/domain/backends.ts';
import type { Method } from '../../src/rpc/protocol.ts';
import type { TailSizes, TailStepReport } from './tailCase.ts';

export interface TailPrepared {
  /** What the driver calls itself. */
  readonly device: string;
  readonly parameters: number;
}

export interface BenchTailApi {
  prepare: Method<{ backend: TensorflowBackend; sizes: TailSizes }, never, TailPrepared>;
  step: Method<Record<string, never>, never, TailStepReport>;
}
