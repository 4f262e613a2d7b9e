/** How good a head is on kept features: those it was not trained on tell whether another arithmetic changes anything. */
import * as tf from '@tensorflow/tfjs-core';
import type { Metrics } from '../../domain/metrics.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { EvaluateArgs } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import type { TrunkTarget } from '../features/extractorApi.ts';
import { unlessLost } from '../runtimes/choose/unlessLost.ts';
import { createExecutorOf, type Executor } from '../runtimes/tensorflow/execute.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';
import { withTrunk } from './targetShelf.ts';
import { cutOf, inputShapeOf } from './trainedPart.ts';

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
  const executor = createExecutorOf(head);
  const answers: number[] = [];
  const upTo = cutOf(session, head);
  try {
    if (upTo !== null)
      answers.push(...(await answersOfTail(session, executor, args, { arithmetic, upTo }, signal)));
    else
      for (let start = 0; start < examples.length; start += ROWS_AT_ONCE) {
        const hashes = examples.slice(start, start + ROWS_AT_ONCE).map(({ hash }) => hash);
        const rows = await readFeatureRows(session, hashes, arithmetic);
        answers.push(...(await answersOf(session, executor, rows)));
      }
  } finally {
    executor.dispose();
  }
  const labels = examples.map(({ classIndex }) => classIndex);
  return toMetrics(labels, answers, classNames.length);
}

/** The same for a network that begins at a cut of the backbone: what comes before it is computed anew. */
async function answersOfTail(
  session: Session,
  executor: Executor,
  { examples, head, pictures }: EvaluateArgs,
  target: TrunkTarget,
  signal: AbortSignal,
): Promise<number[]> {
  const blobs = new Map(pictures.map(({ hash, blob }) => [hash, blob]));
  const answers: number[] = [];
  const answered: Promise<void>[] = [];
  await withTrunk(session, target, () =>
    session.pool.extract({
      count: examples.length,
      open: (index) => {
        const hash = examples[index]?.hash ?? '';
        const blob = blobs.get(hash);
        if (!blob) throw new AppError('notFound', { what: hash });
        return blob;
      },
      onPicture: ({ index, features }) => {
        if (!features) throw new AppError('pictureUnreadable');
        const answer = answersOf(session, executor, features, inputShapeOf(head)).then(([best = 0]) => {
          answers[index] = best;
        });
        // Waited for below.
        answer.catch(() => undefined);
        answered.push(answer);
      },
      target,
      signal,
    }),
  );
  await Promise.all(answered);
  return answers;
}

/** Index of the likeliest class of each row. */
async function answersOf(
  { info, active }: Session,
  executor: Executor,
  rows: Float32Array<ArrayBuffer>,
  shape: readonly number[] = [info.featureCount],
): Promise<readonly number[]> {
  const width = shape.reduce((product, side) => product * side, 1);
  const input = tf.tensor(rows, [rows.length / width, ...shape]);
  const output = executor.run(input);
  const predicted = tf.argMax(output, 1);
  try {
    return [...(await unlessLost(active.lost, predicted.data()))];
  } finally {
    tf.dispose([input, output, predicted]);
  }
}
