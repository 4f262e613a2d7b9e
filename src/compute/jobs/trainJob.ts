/** A training run as the page asks for it: examples by content hash, classes by name. */
import type { TrainArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { createHeadTrainer } from '../runtimes/choose/createHeadTrainer.ts';
import { unlessLost } from '../runtimes/choose/unlessLost.ts';
import type { TrainHeadContext } from '../training/runState.ts';
import { trainHead } from '../training/train.ts';
import type { Session } from './session.ts';
import { startFor } from './trainedPart.ts';
import { readTrainTable } from './trainTable.ts';

type JobContext = Omit<TrainHeadContext, 'lost'>;

/** @throws AppError `nothingToTrain` without training pictures; otherwise as `trainHead`. */
export async function runTraining(
  session: Session,
  { examples, classNames, settings, arithmetic, start, resumeFrom }: TrainArgs,
  context: JobContext,
): Promise<TrainResult> {
  const startMs = performance.now();
  if (!examples.some(({ split }) => split === 'train')) throw new AppError('nothingToTrain');
  const { table, rows } = await readTrainTable(session, { examples, settings, arithmetic });
  const { lost } = session.active;
  const training = trainHead(
    {
      table,
      classCount: classNames.length,
      rows,
      settings,
      start: startFor(start, classNames, settings),
      resumeFrom,
      createTrainer: createHeadTrainer,
    },
    { ...context, lost },
  );
  const result = await unlessLost(lost, training);
  return { ...result, elapsedMs: performance.now() - startMs };
}
