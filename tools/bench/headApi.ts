/** What the page of the bench asks of its training worker. */
import type { BackendName } from '../../src/domain/backends.ts';
import type { Method } from '../../src/rpc/protocol.ts';

/** The sizes that both sides train. */
export const HEAD_BENCH = { pictures: 1000, features: 2048, hiddenUnits: 1024, classes: 10, batchSize: 32 };

export interface BenchHeadApi {
  /** Seconds of one epoch, the median of a few. */
  epoch: Method<{ backend: BackendName }, never, number>;
}
