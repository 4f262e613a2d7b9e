/** Another try after a run whose numbers got out of hand. */

import { atTenthOfRate, divergedIn } from './store.ts';
import { changeTrainSettings, startTraining, trainingStore } from './training.ts';

/** Trains again, at a tenth of the learning rate in the phase in which the loss was no number any more. */
export async function startAtTenthOfRate(): Promise<void> {
  const state = trainingStore.getState();
  const phase = divergedIn(state);
  if (!phase) return;
  changeTrainSettings(atTenthOfRate(phase, state.lastSettings ?? state.settings, state.settings));
  await startTraining();
}
