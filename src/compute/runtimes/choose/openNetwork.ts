/** Which runtime runs a whole network beside a backend: that which computes features there, unless it lacks a node. */
import type { BackendName } from '../../../domain/backends.ts';
import { foldBatchNorm } from '../../../network/fold.ts';
import type { Network } from '../../../network/network.ts';
import type { Forward } from '../forward.ts';
import { RUNTIMES, runtimeOf } from '../registry.ts';

/** In float32, in this thread. @throws AppError `outOfMemory`; Error where no runtime covers the network */
export async function openNetwork(backend: BackendName, whole: Network): Promise<Forward> {
  // One that learned is a node of its own in a trained network; here it is done with learning.
  const network = foldBatchNorm(whole);
  for (const runtime of [runtimeOf(backend), ...RUNTIMES]) {
    const gap = runtime.inferenceGap(network.nodes, 'float32', {});
    if (!gap) return runtime.openNetwork(network);
    console.warn(`${runtime.name} does not run ${gap.nodeName}: ${gap.because}`);
  }
  throw new Error(`no runtime runs ${network.name}`);
}
