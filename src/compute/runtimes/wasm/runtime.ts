/** Headstart's own WebAssembly kernels: inference in 8-bit integers and float32, training on every core. */
import { weightReaderOf } from '../../../network/network.ts';
import { startWorker } from '../../../rpc/startWorker.ts';
import { AppError } from '../../../shared/errors.ts';
import { createWeightReader } from '../../../weights/lazy.ts';
import trainerUrl from '../../trainer.worker.ts?worker&url';
import { nodesUpTo } from '../forward.ts';
import type { Runtime } from '../runtime.ts';
import type { CompiledKernels } from './builds.ts';
import { loadInferenceKernels, loadOwnInferenceKernels } from './inference/loadInferenceKernels.ts';
import { packNetwork } from './inference/packedNetwork.ts';
import { opener } from './opener.ts';
import { inferenceGap, probeKernels } from './probeKernels.ts';
import { canShareMemory } from './shareMemory.ts';
import { loadSharedTrainingKernels, loadTrainingKernelsOnce } from './training/loadTrainingKernels.ts';
import { createPartTrainer } from './training/partTrainer.ts';

type Load = () => Promise<CompiledKernels | null>;

/** Once a thread. null, and a line in the log, where they cannot be had: another runtime computes without them. */
function onceLoaded(load: Load): Load {
  let loaded: Promise<CompiledKernels | null> | null = null;
  return () => {
    loaded ??= load().catch((thrown: unknown) => {
      console.warn('the kernels of our own could not be loaded', thrown);
      // Whoever asks next tries again.
      loaded = null;
      return null;
    });
    return loaded;
  };
}

const inferenceKernels = onceLoaded(loadInferenceKernels);
const ownInferenceKernels = onceLoaded(loadOwnInferenceKernels);

async function kernelsOrThrow(load: Load): Promise<CompiledKernels> {
  const kernels = await load();
  if (!kernels) throw new AppError('backendUnavailable', { backend: 'cpu' });
  return kernels;
}

export const runtime: Runtime = {
  name: 'wasm',
  backends: ['cpu'],
  // Where TensorFlow.js computes features on the processor, these train all the same.
  trainsBeside: ['cpu', 'wasm'],
  isFallback: false,
  arithmetics: ['int8', 'float32'],
  inferenceGap,
  probe: async (question) => probeKernels(await inferenceKernels(), question),
  async trainingGap([first]) {
    const hasKernels = (await loadTrainingKernelsOnce()) !== null;
    return hasKernels
      ? null
      : { nodeName: first?.name ?? '', because: 'the kernels of training are not at hand' };
  },
  async prepareForward(_backend, { manifest, bytes }, { arithmetic, upTo }) {
    const weightOf = createWeightReader(manifest, 'backbone', bytes);
    const source = { nodes: nodesUpTo(manifest, upTo), weightOf, ranges: manifest.activationRanges ?? {} };
    const kernels = await kernelsOrThrow(inferenceKernels);
    return { runtime: 'wasm', start: packNetwork(kernels, source, arithmetic) };
  },
  async openNetwork(network) {
    const kernels = await kernelsOrThrow(ownInferenceKernels);
    const source = { nodes: network.nodes, weightOf: weightReaderOf(network), ranges: {} };
    return opener.open(packNetwork(kernels, source, 'float32'));
  },
  async createTrainer(args, workers) {
    const own = await kernelsOrThrow(loadTrainingKernelsOnce);
    const shared = workers > 0 && (await canShareMemory()) ? await loadSharedTrainingKernels() : null;
    const spawn = () => startWorker(trainerUrl, 'trainer');
    return createPartTrainer({ kernels: { own, shared }, workers, spawn }, args);
  },
};
