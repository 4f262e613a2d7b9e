/** A training run as the page asks for it: examples by content hash, classes by name. */
import type { TrainArgs, TrainProgress, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import type { TrainHeadContext } from '../training/runState.ts';
import { trainHead } from '../training/train.ts';
import { headOnFeatures } from './featureHead.ts';
import { keepingSnapshots, snapshotOf } from './keptSnapshots.ts';
import type { Session } from './session.ts';
import { startFor } from './trainedPart.ts';
import { readTrainTable } from './trainTable.ts';

type JobContext = Omit<TrainHeadContext, 'lost' | 'onProgress' | 'readyForSnapshot'> & {
  readonly onProgress: (progress: TrainProgress) => void;
};

/** @throws AppError `nothingToTrain` without training pictures; otherwise as `trainHead`. */
export async function runTraining(
  session: Session,
  args: TrainArgs,
  context: JobContext,
): Promise<TrainResult> {
  const startMs = performance.now();
  const { examples, classNames, settings, arithmetic, start, keep } = args;
  if (!examples.some(({ split }) => split === 'train')) throw new AppError('nothingToTrain');
  const { table, rows } = await readTrainTable(session, { examples, settings, arithmetic });
  const resumeFrom = await snapshotOf(args);
  const { lost } = session.active;
  const training = trainHead(
    {
      ...headOnFeatures(table, settings, classNames.length),
      rows,
      settings,
      start: startFor(start, classNames, settings),
      resumeFrom,
    },
    { ...context, ...keepingSnapshots(keep, context.onProgress), lost },
  );
  const result = await unlessLost(lost, training);
  return { ...result, elapsedMs: performance.now() - startMs };
}
