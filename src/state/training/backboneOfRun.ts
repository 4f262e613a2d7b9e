/** The weights that a run learns over: those of the model that it goes on from, or those that were chosen. */
import { turnToWeights } from '../engine/engine.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { ownOf, turnIfIdle } from './backboneInUse.ts';
import { startingPointStore } from './startingPoint.ts';

async function ownOfNextRun(): Promise<string | null> {
  const { model } = startingPointStore.getState();
  if (model && !model.fromScratch) return ownOf(model.fingerprint);
  return preferencesStore.getState().backbone;
}

/** For what is estimated of the next run. @throws AppError `backboneBusy` */
export async function turnToBackboneOfNextRun(): Promise<void> {
  turnIfIdle(await ownOfNextRun());
}

/** For the run that begins, which nobody else may stop. @param fingerprint of one that goes on; absent: of a new one */
export async function turnForRun(fingerprint?: string): Promise<void> {
  turnToWeights(fingerprint === undefined ? await ownOfNextRun() : await ownOf(fingerprint));
}
