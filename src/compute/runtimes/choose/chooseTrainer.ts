/** Which runtime trains what lies behind a cut, beside the current backend. */
import type { Trainer, TrainerArgs } from '../../training/trainer.ts';
import { trainingRuntimeOf } from '../registry.ts';
import { activeBackend } from '../tensorflow/activate.ts';

/**
 * As `createTrainer` of a runtime.
 * @param workers as there
 * @throws AppError `outOfMemory`, `workerDied`, `deviceLost`
 */
export async function chooseTrainer(args: TrainerArgs, workers: number): Promise<Trainer> {
  const { start, norms = 'frozen' } = args;
  const runtime = await trainingRuntimeOf(activeBackend().name, start.head.nodes, norms);
  return runtime.createTrainer(args, workers);
}
