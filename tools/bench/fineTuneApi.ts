/** What the page of the bench asks of the worker that fine-tunes. */

import type { TensorflowBackend } from '../../src/domain/backends.ts';
import type { Method } from '../../src/rpc/protocol.ts';
import type { FineTuneStepReport } from './fineTuneCase.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';

export interface FineTunePrepared {
  /** What the driver calls itself. */
  readonly device: string;
  readonly parameters: number;
}

export interface BenchFineTuneApi {
  /** `workers`: on the processor, how many share the rows; null: one for each core. */
  prepare: Method<
    { backend: TensorflowBackend; sizes: FineTuneSizes; workers: number | null },
    never,
    FineTunePrepared
  >;
  step: Method<Record<string, never>, never, FineTuneStepReport>;
}
