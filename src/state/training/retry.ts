/** Another try after a run whose numbers got out of hand, or that found too little memory. */
import { atTenthOfRate, divergedIn, lastRunStore } from './lastRun.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';
import { smallerRunOf } from './smaller.ts';
import { isTuned, startingPointStore } from './startingPoint.ts';
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

/** Trains again with less: what `smallerRunOf` says of the settings that found too little memory. */
export async function startSmaller(): Promise<void> {
  const { last } = lastRunStore.getState();
  const { model } = startingPointStore.getState();
  const smaller = smallerRunOf(last?.settings ?? nextRunStore.getState().settings, isTuned(model));
  if (smaller) changeTrainSettings(smaller.change);
  await startTraining();
}
