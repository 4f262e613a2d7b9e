/** How good a network is on pictures, each measured by itself: what the jobs that measure are held against. */

import type { ExtractionTarget } from '../../compute/features/extractorApi.ts';
import { readFeatureRows } from '../../compute/jobs/featureJobs.ts';
import { mapsOf } from '../../compute/jobs/mapsOfPictures.ts';
import { openPictureFiles } from '../../compute/jobs/pictureFiles.ts';
import type { Session } from '../../compute/jobs/session.ts';
import { withTarget } from '../../compute/jobs/targetShelf.ts';
import { cutOf } from '../../compute/jobs/trainedPart.ts';
import { openNetwork } from '../../compute/runtimes/choose/openNetwork.ts';
import type { Forward } from '../../compute/runtimes/forward.ts';
import { toPredicted } from '../../compute/training/measure.ts';
import type { Arithmetic } from '../../domain/backends.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { Metrics } from '../../domain/metrics.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { Network } from '../../network/network.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';

export interface EvaluateArgs {
  readonly examples: readonly Pick<TrainExample, 'hash' | 'classIndex'>[];
  readonly classNames: readonly string[];
  readonly head: Network;
  readonly arithmetic: Arithmetic;
  /** Needed where `head` holds stages of the backbone as well: nothing is kept of what comes before those. */
  readonly pictures: readonly PictureRef[];
}

/** Pictures whose features are in memory at a time. */
const ROWS_AT_ONCE = 128;

/**
 * @throws AppError `notFound` if a picture's features are not kept or, of a network that is more than a head, the
 * picture is not given; `deviceLost`, `cancelled`
 */
export async function evaluateHead(
  session: Session,
  args: EvaluateArgs,
  signal: AbortSignal,
): Promise<Metrics> {
  const { examples, classNames, head, arithmetic } = args;
  const runner = await openNetwork(session.prepared.report.chosen, head);
  const answers: number[] = [];
  const upTo = cutOf(session, head);
  try {
    if (upTo !== null)
      answers.push(...(await answersOfFineTuned(session, runner, args, { arithmetic, upTo }, signal)));
    else
      for (let start = 0; start < examples.length; start += ROWS_AT_ONCE) {
        const hashes = examples.slice(start, start + ROWS_AT_ONCE).map(({ hash }) => hash);
        const rows = await readFeatureRows(session, hashes, arithmetic);
        answers.push(
          ...(await answersOf(runner, rows, { count: hashes.length, classCount: classNames.length })),
        );
      }
  } finally {
    runner.dispose();
  }
  const labels = examples.map(({ classIndex }) => classIndex);
  return toMetrics(labels, answers, classNames.length);
}

/** The same for a network that begins at a cut of the backbone: what comes before it is computed anew. */
async function answersOfFineTuned(
  session: Session,
  runner: Forward,
  { examples, classNames, pictures }: EvaluateArgs,
  target: ExtractionTarget,
  signal: AbortSignal,
): Promise<number[]> {
  const files = openPictureFiles(pictures);
  const maps = await withTarget(session, target, () => mapsOf(session, examples, files, target, signal));
  const answers: number[] = [];
  for (const map of maps)
    answers.push(...(await answersOf(runner, map, { count: 1, classCount: classNames.length })));
  return answers;
}

/** Index of the likeliest class of each row. */
async function answersOf(
  runner: Forward,
  rows: Float32Array<ArrayBuffer>,
  { count, classCount }: { readonly count: number; readonly classCount: number },
): Promise<readonly number[]> {
  return toPredicted(await runner.run(rows, count), classCount);
}
