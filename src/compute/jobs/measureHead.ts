/** How good a head is over the features that are kept, as the end of a training run measures it. */

import type { TrainExample } from '../../domain/checkpoint.ts';
import { SPLIT_NAMES, type SplitName } from '../../domain/picture.ts';
import type { Network } from '../../network/network.ts';
import type { TrainArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { measureRows } from '../training/measure.ts';
import { createHeadTrainer } from './featureHead.ts';
import { readFeatureRows } from './featureJobs.ts';
import type { Session } from './session.ts';

/** Places of the examples of each split. */
export function rowsOfSplits(examples: readonly TrainExample[]): Readonly<Record<SplitName, Int32Array>> {
  const rowsOf = (split: SplitName) =>
    Int32Array.from(examples.flatMap((example, row) => (example.split === split ? [row] : [])));
  const [train, validation, test] = SPLIT_NAMES.map(rowsOf) as [Int32Array, Int32Array, Int32Array];
  return { train, validation, test };
}

/** @throws AppError `notFound` where features are not kept */
export async function measureHead(
  session: Session,
  {
    examples,
    classNames,
    settings,
    arithmetic,
  }: Pick<TrainArgs, 'examples' | 'classNames' | 'settings' | 'arithmetic'>,
  head: Network,
): Promise<Pick<TrainResult, 'validation' | 'test' | 'testProbabilities' | 'validationProbabilities'>> {
  const classCount = classNames.length;
  const measured = examples.filter(({ split }) => split !== 'train');
  const values = await readFeatureRows(
    session,
    measured.map(({ hash }) => hash),
    arithmetic,
  );
  const table = {
    values,
    featureCount: session.info.featureCount,
    labels: Int32Array.from(measured, ({ classIndex }) => classIndex),
  };
  const trainer = await createHeadTrainer(table, {
    classWeights: new Array<number>(classCount).fill(1),
    settings,
    start: { head, optimizerState: {}, optimizerSteps: 0 },
  });
  try {
    const rows = rowsOfSplits(measured);
    const validation = await measureRows(trainer, table.labels, rows.validation, classCount);
    const test = await measureRows(trainer, table.labels, rows.test, classCount);
    return {
      ...{ validation: validation.metrics, test: test.metrics, testProbabilities: test.probabilities },
      validationProbabilities: validation.probabilities,
    };
  } finally {
    trainer.dispose();
  }
}
