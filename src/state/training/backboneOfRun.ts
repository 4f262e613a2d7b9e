/** The weights that a run learns over: those of the model that it goes on from, or those that were chosen. */
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { engineStore, turnToWeights, weightsInUse } from '../engine/engine.ts';
import { ownBackbonesStore } from '../engine/ownBackbones.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { ownOf, turnIfIdle } from './backboneInUse.ts';
import { nextRunStore } from './nextRun.ts';
import { startingPointStore } from './startingPoint.ts';

async function ownOfNextRun(): Promise<string | null> {
  // From scratch any will do: none of them is asked.
  if (nextRunStore.getState().settings.fromScratch) return weightsInUse();
  const { model } = startingPointStore.getState();
  if (model && !model.fromScratch) return ownOf(model.fingerprint);
  return preferencesStore.getState().backbone;
}

/** Whether the engine works with them as it is; what nobody has asked for must not turn it. */
export function hasWeightsOfNextRun(): boolean {
  if (nextRunStore.getState().settings.fromScratch) return true;
  const { model } = startingPointStore.getState();
  if (!model) return weightsInUse() === preferencesStore.getState().backbone;
  const { backbones } = ownBackbonesStore.getState();
  const isOwn = backbones.some(({ fingerprint }) => fingerprint === model.fingerprint);
  return weightsInUse() === (isOwn ? model.fingerprint : null);
}

/** For what is estimated of the next run. @throws AppError `backboneBusy` */
export async function turnToBackboneOfNextRun(): Promise<void> {
  turnIfIdle(await ownOfNextRun());
}

/** @throws AppError `ownWeightsGone` where those that were chosen are here no more, and the engine took others */
export function checkChosenWeights({ fromScratch }: Pick<TrainSettings, 'fromScratch'>): void {
  const [own, { backbone }] = [weightsInUse(), engineStore.getState()];
  if (!fromScratch && own !== null && backbone && backbone.fingerprint !== own)
    throw new AppError('ownWeightsGone');
}

/** For the run that begins, which nobody else may stop. @param fingerprint of one that goes on; absent: of a new one */
export async function turnForRun(fingerprint?: string): Promise<void> {
  turnToWeights(fingerprint === undefined ? await ownOfNextRun() : await ownOf(fingerprint));
}
