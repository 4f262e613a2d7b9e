/** Which implementation trains a head: on the processor our own kernels, else TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { CreateHeadTrainer } from '../../training/trainer.ts';
import { createTensorflowTrainer } from '../tensorflow/training/headTrainer.ts';
import { createKernelTrainer } from '../wasm/training/kernelTrainer.ts';
import { loadTrainingKernelsOnce } from '../wasm/training/loadTrainingKernels.ts';

/** For the current backend. */
export const createHeadTrainer: CreateHeadTrainer = async (args) => {
  const kernels = tf.getBackend() === 'wasm' ? await loadTrainingKernelsOnce() : null;
  return kernels ? createKernelTrainer(kernels, args) : createTensorflowTrainer(args);
};
