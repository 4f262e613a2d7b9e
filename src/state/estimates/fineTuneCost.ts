/** From what was measured of single pictures to what fine-tuning costs: arithmetic alone, without an engine. */

import type { SplitName } from '../../domain/picture.ts';
import { type TrainSettings, tuningOf } from '../../domain/trainSettings.ts';
import type { FineTuneEstimate } from '../../rpc/trainingCalls.ts';
import type { StartingModel } from '../training/startingPoint.ts';

export interface FineTuneCostEstimate {
  readonly trainableParameters: number;
  /** What runs once: pictures as they are through the frozen part. */
  readonly firstSeconds: number;
  readonly secondsPerEpoch: number;
  /** At the most, while it learns. */
  readonly memoryBytes: number;
  /** By how many pictures at a time a BatchNorm that learns goes: the batch, or as many of it as fit; null: none learns. */
  readonly normPictures: number | null;
  /** Of the activations that are kept, so that what is frozen runs once. */
  readonly cacheBytes: number;
  /** Whether there is room to keep them; otherwise they are computed again in each epoch. */
  readonly fitsCache: boolean;
  /** Training pictures are augmented, and go through the frozen part in each epoch. */
  readonly isAugmented: boolean;
}

/** Backward takes twice as long as forward, which is all that a check needs. */
const FORWARD_FRACTION = 1 / 3;

/** @param found of the same settings @param counts pictures of each split */
export function fineTuneCostOf(
  found: FineTuneEstimate,
  counts: Readonly<Record<SplitName, number>>,
  settings: TrainSettings,
): FineTuneCostEstimate {
  const { msPerPicture, msPerStep, frozenMsPerPicture } = found;
  const isAugmented = settings.augmentation !== null && !found.augmentsFromMemory;
  const { train, validation, test } = counts;
  const kept = validation + test + (isAugmented ? 0 : train);
  // Where there is no room for all, validation comes first and training last.
  const room = Math.min(kept, found.cachedPictures);
  const missingTrain = isAugmented ? 0 : Math.min(train, kept - room);
  const missingValidation = Math.max(0, validation - room);
  // What goes through the frozen part in each epoch does so beside the step, in the workers.
  const beside = isAugmented ? train : missingTrain;
  const steps = Math.ceil(train / (tuningOf(settings)?.batchSize ?? 1));
  const learningMs =
    beside * Math.max(frozenMsPerPicture, msPerPicture) + (train - beside) * msPerPicture + steps * msPerStep;
  const checkingMs = validation * msPerPicture * FORWARD_FRACTION + missingValidation * frozenMsPerPicture;
  return {
    trainableParameters: found.trainableParameters,
    firstSeconds: (kept * frozenMsPerPicture) / 1000,
    secondsPerEpoch: (learningMs + checkingMs) / 1000,
    memoryBytes: found.memoryBytes,
    normPictures: found.normPictures,
    cacheBytes: kept * found.cacheBytesPerPicture,
    fitsCache: found.cachedPictures >= kept,
    isAugmented,
  };
}

/** All that the cost of a picture and of a step hangs on; the number of epochs only multiplies it. */
export function fineTuneCostKey(settings: TrainSettings, start: StartingModel | null): string {
  const { fromScratch, augmentation, optimizer, head, hiddenUnits } = settings;
  const tuning = tuningOf(settings);
  const shape = start?.shape ?? { head, hiddenUnits };
  const units = shape.head === 'mlp' ? shape.hiddenUnits : 0;
  return JSON.stringify([
    ...[tuning?.stages, tuning?.batchSize, tuning?.norms, augmentation !== null, optimizer],
    ...[fromScratch?.backboneId, fromScratch?.inputSizePx, fromScratch?.definition],
    ...[fromScratch?.layers?.filters, fromScratch?.layers?.denseUnits],
    ...[shape.head, units, start?.cut?.nodeName],
  ]);
}
