/** How good a head is on kept features: those it was not trained on tell whether another arithmetic changes anything. */
import * as tf from '@tensorflow/tfjs-core';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { Metrics } from '../../evaluation/types.ts';
import type { EvaluateArgs } from '../../rpc/protocol.ts';
import { unlessLost } from '../backends/unlessLost.ts';
import { createExecutorOf, type Executor } from '../execute.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';

/** Pictures whose features are in memory at a time. */
const ROWS_AT_ONCE = 128;

/** @throws AppError `notFound` if a picture's features are not kept, `deviceLost` */
export async function evaluateHead(
  session: Session,
  { examples, classNames, head, arithmetic }: EvaluateArgs,
): Promise<Metrics> {
  const executor = createExecutorOf(head);
  const answers: number[] = [];
  try {
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

/** Index of the likeliest class of each row. */
async function answersOf(
  { info, active }: Session,
  executor: Executor,
  rows: Float32Array<ArrayBuffer>,
): Promise<Iterable<number>> {
  const input = tf.tensor2d(rows, [rows.length / info.featureCount, info.featureCount]);
  const output = executor.run(input);
  const predicted = tf.argMax(output, 1);
  try {
    return await unlessLost(active.lost, predicted.data());
  } finally {
    tf.dispose([input, output, predicted]);
  }
}
