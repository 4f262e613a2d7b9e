/** What the page of the bench asks of the worker that fine-tunes. */

import type { TensorflowBackend } from '../../src/domain/backends.ts';
import type { Method } from '../../src/rpc/protocol.ts';
import type { FineTuneSizes, FineTuneStepReport } from './fineTuneCase.ts';

export interface FineTunePrepared {
  /** What the driver calls itself. */
  readonly device: string;
  readonly parameters: number;
}

export interface BenchFineTuneApi {
  prepare: Method<{ backend: TensorflowBackend; sizes: FineTuneSizes }, never, FineTunePrepared>;
  step: Method<Record<string, never>, never, FineTuneStepReport>;
}
