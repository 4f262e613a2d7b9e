/** What every implementation of the loss agrees on. */
import type { TrainSettings } from '../../domain/trainSettings.ts';

/** What a probability counts for at least, so that a loss stays finite. As Keras has it. */
export const SMALLEST_PROBABILITY = 1e-7;

export type LossSettings = Pick<TrainSettings, 'labelSmoothing' | 'focalGamma'>;
