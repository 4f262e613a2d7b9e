/** The choice of the network that the next run trains: the published one, or one with fresh weights. */

import type { NetworkFacts } from '../../domain/networkFacts.ts';
import { DEFAULT_TRAIN_SETTINGS, type FreshNetwork, type TrainSettings } from '../../domain/trainSettings.ts';
import type { ChosenLayers } from '../../network/backbones/backbone.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';

/** What tutorials set for a network from scratch: a plain top, larger batches, nothing that holds it back. */
const USUAL_FROM_SCRATCH: Partial<TrainSettings> = {
  head: 'linear',
  dropout: 0,
  l2: 0,
  learningRate: 1e-3,
  batchSize: 64,
  epochs: 10,
  earlyStoppingPatience: null,
  classWeights: 'none',
};

const keys = Object.keys(USUAL_FROM_SCRATCH) as (keyof TrainSettings)[];
const USUAL_OTHERWISE = Object.fromEntries(
  keys.map((key) => [key, DEFAULT_TRAIN_SETTINGS[key]]),
) as Partial<TrainSettings>;

/** @param network null: the one with published weights */
export function chooseNetwork(
  network: (Pick<NetworkFacts, 'id' | 'inputSizePx'> & Pick<FreshNetwork, 'definition'>) | null,
): void {
  if (network) {
    const { id: backboneId, inputSizePx, definition } = network;
    const fromScratch = { backboneId, inputSizePx, ...(definition === undefined ? {} : { definition }) };
    changeTrainSettings({ ...USUAL_FROM_SCRATCH, fromScratch });
  } else changeTrainSettings({ ...USUAL_OTHERWISE, fromScratch: null });
}

function isSame(a: ChosenLayers, b: ChosenLayers): boolean {
  return a.denseUnits === b.denseUnits && a.filters.join() === b.filters.join();
}

/** @param usual those that the network has anyway: chosen, they are no choice */
export function chooseLayers(layers: ChosenLayers, usual: ChosenLayers): void {
  const { fromScratch } = nextRunStore.getState().settings;
  if (!fromScratch) return;
  const { layers: _before, ...rest } = fromScratch;
  changeTrainSettings({ fromScratch: isSame(layers, usual) ? rest : { ...rest, layers } });
}
