/**
 * Which weights the engine works with. It holds those of one backbone at a time, so whoever asks it for something says
 * first over which: turning to others starts it anew, and is refused while a run learns.
 */
import { type BackboneInfo, freshNetworkOf } from '../../domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import { turnToWeights, weightsInUse } from '../engine/engine.ts';
import { loadOwnBackbones, ownBackbonesStore } from '../engine/ownBackbones.ts';
import { preferencesStore, setPreferences } from '../shell/preferences.ts';
import { isTraining } from './run.ts';

/** null: the published weights, which are also tried for those that are here no more. Errors of the list end in its store. */
export async function ownOf(fingerprint: string): Promise<string | null> {
  if (ownBackbonesStore.getState().status !== 'ready') await loadOwnBackbones();
  const { backbones } = ownBackbonesStore.getState();
  return backbones.some((own) => own.fingerprint === fingerprint) ? fingerprint : null;
}

/** @param own fingerprint of weights that the person brought; null: the published ones. @throws AppError `backboneBusy` */
export function turnIfIdle(own: string | null): void {
  if (weightsInUse() === own) return;
  if (isTraining()) throw new AppError('backboneBusy');
  turnToWeights(own);
}

/** The person's choice for the runs to come. @param own as above */
export function chooseBackbone(own: string | null): void {
  setPreferences({ backbone: own });
  if (!isTraining()) turnToWeights(own);
}

/** @returns false where they are in use already, and nothing was done. @throws AppError `backboneBusy` */
export async function turnToWeightsOf(fingerprint: string): Promise<boolean> {
  const own = await ownOf(fingerprint);
  if (weightsInUse() === own) return false;
  turnIfIdle(own);
  return true;
}

/** To the weights that were chosen for the runs to come; those of a run that learns stay in use. */
export function turnToChosen(): void {
  if (!isTraining()) turnToWeights(preferencesStore.getState().backbone);
}

/** For what is asked over the weights that a model was made with. @throws AppError `backboneBusy` */
export async function turnToBackboneOf(info: BackboneInfo): Promise<void> {
  if (!freshNetworkOf(info)) await turnToWeightsOf(info.fingerprint);
}
