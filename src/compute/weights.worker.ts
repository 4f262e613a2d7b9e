/**
 * The worker that reads weights of other programs: one file, and then it ends. Nobody vouches for such a file, so whoever
 * waits can end it at any time, and what goes wrong in it is its own.
 */
import { reportOutside } from '../rpc/reportOutside.ts';
import { serve } from '../rpc/server.ts';
import type { WeightsApi } from '../rpc/weightsApi.ts';
import { addOwnWeights } from './jobs/ownWeightsJob.ts';

reportOutside(self as DedicatedWorkerGlobalScope);

serve<WeightsApi>(self as DedicatedWorkerGlobalScope, {
  async addBackbone(args, context) {
    return addOwnWeights(args, { signal: context.signal, onProgress: (done) => context.progress(done) });
  },
});
