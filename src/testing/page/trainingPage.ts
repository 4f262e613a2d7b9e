/** A page on which whole runs can be tested: a data set on the disk, an engine that learns nothing, and what was kept. */

import { expect } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { navigationStore } from '../../state/shell/navigation.ts';
import { noticesStore } from '../../state/shell/notices.ts';
import { lookForInterrupted } from '../../state/training/checkpoint.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { nextRunStore } from '../../state/training/nextRun.ts';
import { runStore } from '../../state/training/run.ts';
import { deleteCheckpoint, loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { deleteModel, listModels } from '../../storage/storedModels.ts';
import { deleteRun, listRuns } from '../../storage/storedRuns.ts';
import { watchTrainingEngine } from '../rpc/trainingEngine.ts';
import { until } from '../until.ts';
import { takeTrainableDataset } from './trainableDataset.ts';

/** @param name Of the data set; it tells what is kept from what other test files keep in the same database. */
export async function openTrainingPage(name: string) {
  const engine = watchTrainingEngine();
  await takeTrainableDataset(name);
  const models = async () => (await listModels()).filter(({ data }) => data.name === name);
  const runs = async () => (await listRuns()).filter(({ data }) => data.name === name);
  return {
    engine,
    models,
    runs,
    run: () => runStore.getState().run,
    last: () => lastRunStore.getState().last,
    notices: () => noticesStore.getState().notices,
    /** Resolves once the run that is going has come that far. */
    stepIs: (step: string) => until(() => expect(runStore.getState().run?.step).toBe(step)),
    /** As before the first run. */
    reset(): void {
      engine.reset();
      nextRunStore.setState({ settings: DEFAULT_TRAIN_SETTINGS });
      lastRunStore.setState({ last: null, review: null });
      noticesStore.setState({ notices: [] });
      navigationStore.setState({ view: 'train', param: null });
    },
    /** Deletes what its runs have kept. */
    async clear(): Promise<void> {
      for (const { id } of await models()) await deleteModel(id);
      for (const { id } of await runs()) await deleteRun(id);
      await deleteCheckpoint((await loadCheckpoint())?.startedAt ?? '');
      await lookForInterrupted();
    },
  };
}
