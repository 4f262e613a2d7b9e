/**
 * Weights that a person asked for become those of the next run. They may come minutes later: what was chosen meanwhile is
 * the newer wish, and stays.
 */
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { notify } from '../shell/notices.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { chooseBackbone } from './backboneInUse.ts';
import { chooseNetwork } from './fromScratch.ts';
import { nextRunStore } from './nextRun.ts';

/** What was chosen when the weights were asked for. */
export interface ChoiceBefore {
  readonly settings: TrainSettings;
  /** Fingerprint of a person's own weights; null: the published ones. */
  readonly backbone: string | null;
}

export function choiceNow(): ChoiceBefore {
  return { settings: nextRunStore.getState().settings, backbone: preferencesStore.getState().backbone };
}

/** Only a run from scratch loses settings by it: they are not those for weights that have learned. */
function choose({ fingerprint }: OwnBackbone): void {
  if (nextRunStore.getState().settings.fromScratch) chooseNetwork(null);
  chooseBackbone(fingerprint);
}

/** Whether the weights can be chosen without anything being lost that was chosen since. */
function isUnchanged(before: ChoiceBefore): boolean {
  const { settings, backbone } = choiceNow();
  if (backbone !== before.backbone) return false;
  return settings === before.settings || !(settings.fromScratch || before.settings.fromScratch);
}

/** Chooses weights that have just come, or tells that they are there and offers them. */
export function chooseIfUnchanged(own: OwnBackbone, before: ChoiceBefore): void {
  if (isUnchanged(before)) choose(own);
  else
    notify({
      kind: 'info',
      messageKey: 'train:own.addedOnly',
      values: { name: own.fileName },
      action: { labelKey: 'train:own.use', run: () => choose(own) },
      sticky: true,
      topic: 'ownWeights',
    });
}
