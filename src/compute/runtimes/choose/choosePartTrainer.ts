/** Which runtime trains more of a network than a head, beside the current backend. */
import type { PartTrainerArgs } from '../../training/partTrainerArgs.ts';
import type { HeadTrainer } from '../../training/trainer.ts';
import { trainingRuntimeOf } from '../registry.ts';
import { activeBackend } from '../tensorflow/activate.ts';

/**
 * As `CreatePartTrainer`.
 * @param workers that share the rows on the processor: one for each core
 * @throws AppError `outOfMemory`, `workerDied`, `deviceLost`
 */
export async function choosePartTrainer(args: PartTrainerArgs, workers: number): Promise<HeadTrainer> {
  const { start, norms = 'frozen' } = args;
  const runtime = await trainingRuntimeOf(activeBackend().name, start.head.nodes, norms);
  return runtime.createPartTrainer(args, workers);
}
