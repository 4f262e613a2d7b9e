/** The bench of backbones in a page: networks with made-up weights on our own kernels, in one thread. */
import type { CompiledNetwork } from '../../src/compute/runtimes/wasm/inference/compiledNetwork.ts';
import { loadInferenceKernels } from '../../src/compute/runtimes/wasm/inference/loadInferenceKernels.ts';
import { openPackedNetwork, packNetwork } from '../../src/compute/runtimes/wasm/inference/packedNetwork.ts';
import type { Arithmetic } from '../../src/domain/backends.ts';
import { foldBatchNorm } from '../../src/network/fold.ts';
import { inputNodeOf, type NetworkNode, weightReaderOf } from '../../src/network/network.ts';
import { activationRanges, streamNodes } from '../../src/network/ranges.ts';
import { sizeOf } from '../../src/network/shapes.ts';
import { withFilledWeights } from '../filledWeights.ts';

/** How large they are makes no difference to the time. */
const STREAM_RANGE = 8;

interface Opened {
  readonly runnable: CompiledNetwork;
  readonly picture: Float32Array<ArrayBuffer>;
}

const opened: Opened[] = [];

/** Numbers of about the size of a preprocessed picture's; which makes no difference to the time. */
function madeUpPicture(nodes: readonly NetworkNode[]): Float32Array<ArrayBuffer> {
  return new Float32Array(sizeOf(inputNodeOf(nodes).shape)).map((_, i) => Math.sin(i));
}

const bench = {
  /** @param nodes with BatchNorm, up to the features @returns its number, and the build of the kernels */
  async open(nodes: readonly NetworkNode[], arithmetic: Arithmetic): Promise<{ id: number; build: string }> {
    const kernels = await loadInferenceKernels();
    if (!kernels) throw new Error('this browser has no SIMD');
    const network = withFilledWeights('bench', nodes);
    const streams = Object.fromEntries(streamNodes(nodes).map((name) => [name, STREAM_RANGE]));
    const folded = foldBatchNorm(network);
    const source = {
      nodes: folded.nodes,
      weightOf: weightReaderOf(folded),
      ranges: activationRanges(network, streams),
    };
    const runnable = await openPackedNetwork(packNetwork(kernels, source, arithmetic));
    opened.push({ runnable, picture: madeUpPicture(nodes) });
    return { id: opened.length - 1, build: kernels.build };
  },
  /** Milliseconds of one picture, the quickest of so many. */
  async run(id: number, pictures: number): Promise<number> {
    const network = opened[id];
    if (!network) throw new Error(`no network ${id}`);
    let quickestMs = Number.POSITIVE_INFINITY;
    for (let picture = 0; picture < pictures; picture++) {
      const startMs = performance.now();
      network.runnable.run(network.picture);
      quickestMs = Math.min(quickestMs, performance.now() - startMs);
    }
    return quickestMs;
  },
};
export type BackbonesBench = typeof bench;
Object.assign(globalThis, { bench });
