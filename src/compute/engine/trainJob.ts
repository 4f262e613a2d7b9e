/** A training run as the page asks for it: examples by content hash, classes by name. */
import type { TrainArgs, TrainProgress, TrainResult } from '../../rpc/protocol.ts';
import { AppError } from '../../shared/errors.ts';
import { SPLIT_NAMES, type SplitName } from '../../shared/picture.ts';
import { unlessLost } from '../backends/unlessLost.ts';
import { trainHead } from '../training/trainHead.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';

interface JobContext {
  readonly onProgress: (progress: TrainProgress) => void;
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
}

/** @throws AppError `nothingToTrain` without training pictures; otherwise as `trainHead`. */
export async function runTraining(
  session: Session,
  { examples, classNames, settings, arithmetic, resumeFrom }: TrainArgs,
  context: JobContext,
): Promise<TrainResult> {
  const startMs = performance.now();
  const values = await readFeatureRows(
    session,
    examples.map(({ hash }) => hash),
    arithmetic,
  );
  const rowsOf = (split: SplitName) =>
    Int32Array.from(examples.flatMap((example, row) => (example.split === split ? [row] : [])));
  const [train, validation, test] = SPLIT_NAMES.map(rowsOf) as [Int32Array, Int32Array, Int32Array];
  if (train.length === 0) throw new AppError('nothingToTrain');
  const { lost } = session.active;
  const training = trainHead(
    {
      table: {
        values,
        featureCount: session.info.featureCount,
        labels: Int32Array.from(examples, ({ classIndex }) => classIndex),
      },
      classCount: classNames.length,
      rows: { train, validation, test },
      settings,
      resumeFrom,
    },
    { ...context, lost },
  );
  const result = await unlessLost(lost, training);
  return { ...result, elapsedMs: performance.now() - startMs };
}
