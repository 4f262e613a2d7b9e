/** Which runtime trains a head, beside the current backend. */
import type { CreateHeadTrainer } from '../../training/trainer.ts';
import { trainingRuntimeOf } from '../registry.ts';
import { activeBackend } from '../tensorflow/activate.ts';

export const createHeadTrainer: CreateHeadTrainer = async (args) => {
  const runtime = await trainingRuntimeOf(activeBackend().name, args.start.head.nodes, 'frozen');
  return runtime.createHeadTrainer(args);
};
