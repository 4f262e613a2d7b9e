/** Which implementation trains more of a network than a head: on the processor our own kernels, else TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { startWorker } from '../../../rpc/startWorker.ts';
import trainerUrl from '../../trainer.worker.ts?worker&url';
import type { PartTrainerArgs } from '../../training/partTrainerArgs.ts';
import type { HeadTrainer } from '../../training/trainer.ts';
import { createFineTuneTrainer } from '../tensorflow/training/fineTuneTrainer.ts';
import { canShareMemory } from '../wasm/shareMemory.ts';
import { loadSharedTrainingKernels, loadTrainingKernelsOnce } from '../wasm/training/loadTrainingKernels.ts';
import { createPartTrainer } from '../wasm/training/partTrainer.ts';

/**
 * For the current backend, as `CreatePartTrainer`.
 * @param workers that share the rows on the processor: one for each core
 * @throws AppError `outOfMemory`, `workerDied`, `deviceLost`
 */
export async function choosePartTrainer(args: PartTrainerArgs, workers: number): Promise<HeadTrainer> {
  const own = tf.getBackend() === 'wasm' ? await loadTrainingKernelsOnce() : null;
  if (!own) return createFineTuneTrainer(args);
  const shared = (await canShareMemory()) ? await loadSharedTrainingKernels() : null;
  const spawn = () => startWorker(trainerUrl, 'trainer');
  return createPartTrainer({ kernels: { own, shared }, workers, spawn }, args);
}
