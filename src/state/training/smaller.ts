/** What a run that found too little memory can do with less, the largest piece first. */
import type { TrainSettings } from '../../domain/trainSettings.ts';

/** What gets smaller; each has a sentence in the i18n table. */
export type SmallerWay = 'stages' | 'headOnly' | 'views' | 'hiddenUnits' | 'batchSize';

export interface SmallerRun {
  readonly way: SmallerWay;
  readonly change: Partial<TrainSettings>;
  /** Of what is left: stages, views, units or pictures. */
  readonly count: number;
}

/** Fewer would learn badly rather than save memory. */
const LEAST_HIDDEN_UNITS = 128;
const LEAST_BATCH = 8;
const LEAST_TUNED_BATCH = 2;

/**
 * The next smaller run than these settings make.
 * @param isFromFineTuned it goes on from stages that have learned, all of which learn on
 * @returns null where none is much smaller
 */
export function smallerRunOf(settings: TrainSettings, isFromFineTuned: boolean): SmallerRun | null {
  const { fineTune, fromScratch, augmentation, head, hiddenUnits, batchSize } = settings;
  // Maps of a whole batch are what it takes most of.
  if (fromScratch) return smallerBatch(batchSize);
  if (isFromFineTuned) {
    const batch = Math.floor((fineTune?.batchSize ?? 0) / 2);
    if (!fineTune || batch < LEAST_TUNED_BATCH) return null;
    return { way: 'batchSize', change: { fineTune: { ...fineTune, batchSize: batch } }, count: batch };
  }
  if (fineTune && fineTune.stages !== 1) {
    const stages = fineTune.stages === 'all' ? 2 : 1;
    return { way: 'stages', change: { fineTune: { ...fineTune, stages } }, count: stages };
  }
  if (fineTune) return { way: 'headOnly', change: { fineTune: null }, count: 0 };
  if (augmentation && augmentation.views > 1) {
    const views = Math.floor(augmentation.views / 2);
    return { way: 'views', change: { augmentation: { ...augmentation, views } }, count: views };
  }
  if (head === 'mlp' && hiddenUnits > LEAST_HIDDEN_UNITS) {
    const units = Math.max(LEAST_HIDDEN_UNITS, Math.floor(hiddenUnits / 2));
    return { way: 'hiddenUnits', change: { hiddenUnits: units }, count: units };
  }
  return smallerBatch(batchSize);
}

function smallerBatch(batchSize: number): SmallerRun | null {
  if (batchSize <= LEAST_BATCH) return null;
  const batch = Math.max(LEAST_BATCH, Math.floor(batchSize / 2));
  return { way: 'batchSize', change: { batchSize: batch }, count: batch };
}
