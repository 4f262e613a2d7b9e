/** How good a head is on kept features: those it was not trained on tell whether another arithmetic changes anything. */
import * as tf from '@tensorflow/tfjs-core';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { Metrics } from '../../evaluation/types.ts';
import type { EvaluateArgs } from '../../rpc/protocol.ts';
import { unlessLost } from '../backends/unlessLost.ts';
import { createExecutorOf } from '../execute.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';

/** @throws AppError `notFound` if a picture's features are not kept, `deviceLost` */
export async function evaluateHead(
  session: Session,
  { examples, classNames, head, arithmetic }: EvaluateArgs,
): Promise<Metrics> {
  const hashes = examples.map(({ hash }) => hash);
  const rows = await readFeatureRows(session, hashes, arithmetic);
  const executor = createExecutorOf(head);
  const input = tf.tensor2d(rows, [examples.length, session.info.featureCount]);
  const output = executor.run(input);
  const predicted = tf.argMax(output, 1);
  try {
    const answers = await unlessLost(session.active.lost, predicted.data());
    return toMetrics(
      examples.map(({ classIndex }) => classIndex),
      Array.from(answers),
      classNames.length,
    );
  } finally {
    tf.dispose([input, output, predicted]);
    executor.dispose();
  }
}
