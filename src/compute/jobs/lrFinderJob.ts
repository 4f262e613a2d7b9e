/** A test of learning rates as the page asks for it: training pictures by content hash, whose features are kept. */
import type { RatePoint } from '../../evaluation/lrCurve.ts';
import type { LrFinderArgs, LrFinderProgress } from '../../rpc/estimateCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import { RATE_STEPS, runLrRangeTest } from '../training/lrRangeTest.ts';
import { headOnFeatures } from './featureHead.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';

interface JobContext {
  readonly onProgress: (progress: LrFinderProgress) => void;
  readonly signal: AbortSignal;
}

/** @throws AppError `nothingToTrain` without pictures, `notFound` if features are not kept; otherwise as `runLrRangeTest` */
export async function runLrFinder(
  session: Session,
  { examples, classCount, settings, arithmetic }: LrFinderArgs,
  { onProgress, signal }: JobContext,
): Promise<readonly RatePoint[]> {
  if (examples.length === 0) throw new AppError('nothingToTrain');
  const hashes = examples.map(({ hash }) => hash);
  const values = await readFeatureRows(session, hashes, arithmetic);
  const { lost } = session.active;
  const table = {
    values,
    featureCount: session.info.featureCount,
    labels: Int32Array.from(examples, ({ classIndex }) => classIndex),
  };
  const test = runLrRangeTest(
    {
      ...headOnFeatures(table, settings, classCount),
      settings,
      rows: Int32Array.from(examples, (_, row) => row),
    },
    { signal, lost, onPoint: (points) => onProgress({ points, total: RATE_STEPS }) },
  );
  return unlessLost(lost, test);
}
