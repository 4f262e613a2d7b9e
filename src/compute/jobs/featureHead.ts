/** A head on features as the loop trains it: a network whose cut is at the features. */
import { buildHeadNodes, createHead, type HeadSettings } from '../../network/head.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { type FeatureTable, tableSource } from '../training/featureTable.ts';
import type { TrainHeadArgs } from '../training/runState.ts';
import type { Trainer, TrainerArgs } from '../training/trainer.ts';

/** Rows of a pass at least: to answer, each pass reads all weights once. */
const LEAST_ROWS = 96;
/** In this thread: a step takes milliseconds. */
const NO_WORKERS = 0;

/** @throws as `chooseTrainer` */
export function createHeadTrainer(
  table: FeatureTable,
  of: Pick<TrainerArgs, 'classWeights' | 'settings' | 'start'>,
  create: typeof chooseTrainer = chooseTrainer,
): Promise<Trainer> {
  const { labels } = table;
  const microBatch = Math.max(LEAST_ROWS, of.settings.batchSize);
  return create({ ...of, source: tableSource(table), labels, microBatch }, NO_WORKERS);
}

/** @param create of that runtime, whatever the current backend; absent: chosen beside it */
export function headOnFeatures(
  table: FeatureTable,
  settings: HeadSettings,
  classCount: number,
  create?: typeof chooseTrainer,
): Pick<TrainHeadArgs, 'labels' | 'classCount' | 'createFresh' | 'createTrainer'> {
  return {
    ...{ labels: table.labels, classCount },
    createFresh: (random) => createHead(buildHeadNodes(settings, table.featureCount, classCount), random),
    createTrainer: (of) => createHeadTrainer(table, of, create),
  };
}
