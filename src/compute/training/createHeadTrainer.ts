/** Which implementation trains a head: on the processor our own kernels, else TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { CompiledKernels } from '../trunk/kernels.ts';
import type { CreateHeadTrainer } from './headTrainer.ts';
import { createKernelTrainer } from './kernelTrainer.ts';
import { loadTrainingKernels } from './loadKernels.ts';
import { createTensorflowTrainer } from './tensorflowTrainer.ts';

/** Compiled once a worker. */
let loaded: CompiledKernels | null = null;

async function loadOnce(): Promise<CompiledKernels | null> {
  try {
    loaded ??= await loadTrainingKernels();
  } catch (thrown) {
    // Training is possible without them, only slower.
    console.warn('The kernels of training could not be loaded; TensorFlow.js trains instead.', thrown);
  }
  return loaded;
}

/** For the current backend. */
export const createHeadTrainer: CreateHeadTrainer = async (args) => {
  const kernels = tf.getBackend() === 'wasm' ? await loadOnce() : null;
  return kernels ? createKernelTrainer(kernels, args) : createTensorflowTrainer(args);
};
