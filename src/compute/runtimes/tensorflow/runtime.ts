/** TensorFlow.js on WebGPU, WebGL or WASM: every node on every device, the fallback. */
import type { BackendName, TensorflowBackend } from '../../../domain/backends.ts';
import type { Runtime } from '../runtime.ts';
import { openOnTensorflow } from './openOnTensorflow.ts';
import { probeTensorflow } from './probeTensorflow.ts';
import { createLayerTrainer } from './training/layerTrainer.ts';

/** @throws Error for a backend that is not TensorFlow.js's */
function asTensorflow(backend: BackendName): TensorflowBackend {
  if (backend === 'cpu') throw new Error('TensorFlow.js does not compute on cpu');
  return backend;
}

export const runtime: Runtime = {
  name: 'tensorflow',
  backends: ['webgpu', 'webgl', 'wasm'],
  trainsBeside: ['webgpu', 'webgl', 'wasm', 'cpu'],
  isFallback: true,
  arithmetics: ['float32'],
  inferenceGap: () => null,
  trainingGap: async () => null,
  probe: async (question) => probeTensorflow(asTensorflow(question.backend), question),
  prepareForward: async (backend, backbone, { upTo }) => ({
    runtime: 'tensorflow',
    start: { ...backbone, backend: asTensorflow(backend), upTo },
  }),
  openNetwork: openOnTensorflow,
  createTrainer: (args) => createLayerTrainer(args),
};
