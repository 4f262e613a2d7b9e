/** Another try after a run whose numbers got out of hand. */
import { atTenthOfRate, divergedIn, lastRunStore } from './lastRun.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';
import { startTraining } from './training.ts';

/** Trains again, at a tenth of the learning rate in the phase in which the loss was no number any more. */
export async function startAtTenthOfRate(): Promise<void> {
  const { last } = lastRunStore.getState();
  const phase = last && divergedIn(last);
  if (!phase) return;
  const { settings } = nextRunStore.getState();
  changeTrainSettings(atTenthOfRate(phase, last.settings ?? settings, settings));
  await startTraining();
}
