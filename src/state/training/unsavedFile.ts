/** The way out for a model that cannot be saved here, as in a browser that lets no page keep anything. */
import { exportTrainedModel } from '../models/models.ts';
import { lastRunStore } from './lastRun.ts';

/** Hands the model to the downloads. Errors end in the models' store. */
export async function saveToFile(): Promise<void> {
  const { last } = lastRunStore.getState();
  if (last?.outcome.kind !== 'unsaved') return;
  const { outcome } = last;
  if (!(await exportTrainedModel(outcome.model))) return;
  // It may have been saved meanwhile.
  if (lastRunStore.getState().last === last)
    lastRunStore.setState({ last: { ...last, outcome: { ...outcome, isInFile: true } } });
}
