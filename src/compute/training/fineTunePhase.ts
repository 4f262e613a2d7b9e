/** How the second phase of a run is carried out: its settings, and how many pictures go through together. */

import type { FineTuneSettings, TrainSettings } from '../../domain/trainSettings.ts';
import type { Network } from '../../network/network.ts';
import { type NormMode, trainableBytesPerPicture } from './trainablePlan.ts';

/** What one pass through the trainable layers may keep for its way back; the weights and their moments come on top. */
const MAP_BYTES = 400 * 2 ** 20;
/**
 * The settings of the run as its second phase takes them: nothing is gathered over batches, since the phase's own batch
 * size is already that of a step of the optimiser (`microBatchOf` goes by the memory).
 */
export function settingsOfPhase(settings: TrainSettings, fineTune: FineTuneSettings): TrainSettings {
  const { epochs, learningRate, batchSize } = fineTune;
  return { ...settings, epochs, learningRate, batchSize, accumulationSteps: 1 };
}

/** Pictures that go through the trainable layers together. */
export function microBatchOf(
  part: Pick<Network, 'nodes'>,
  batchSize: number,
  norms: NormMode = 'frozen',
): number {
  const fitting = Math.floor(MAP_BYTES / trainableBytesPerPicture(part.nodes, norms));
  return Math.max(1, Math.min(batchSize, fitting));
}
