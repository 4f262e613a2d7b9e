/** What a person may set of fine-tuning, within what bounds, and from when on it is worth a warning. */
import type { FineTuneSettings } from '../../../domain/trainSettings.ts';
import type { FineTuneCostEstimate } from '../../../state/estimates/fineTuneCost.ts';

export const STAGE_CHOICES = [1, 2, 'all'] as const satisfies readonly FineTuneSettings['stages'][];

/** What BatchNorm does while the network adapts. */
export const NORM_CHOICES = ['frozen', 'learning'] as const;

export interface FineTuneField {
  readonly key: 'learningRate' | 'epochs' | 'batchSize';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly integer: boolean;
}

export const FINE_TUNE_FIELDS: readonly FineTuneField[] = [
  { key: 'learningRate', min: 1e-7, max: 1e-2, step: 1e-5, integer: false },
  { key: 'epochs', min: 1, max: 200, step: 1, integer: true },
  { key: 'batchSize', min: 1, max: 64, step: 4, integer: true },
];

/** More than that, a tab is likely to be ended by the browser on a computer with 4 GB. */
const MUCH_MEMORY_BYTES = 1.5e9;
const LONG_MS = 15 * 60_000;

export type FineTuneWarning = 'memory' | 'time' | 'norms';

/** Time of all epochs, and of what runs once before them. */
export function fineTuneDurationMs(
  { firstSeconds, secondsPerEpoch }: Pick<FineTuneCostEstimate, 'firstSeconds' | 'secondsPerEpoch'>,
  { epochs }: Pick<FineTuneSettings, 'epochs'>,
): number {
  return (firstSeconds + secondsPerEpoch * epochs) * 1000;
}

export function fineTuneWarnings(
  estimate: FineTuneCostEstimate,
  settings: FineTuneSettings,
): readonly FineTuneWarning[] {
  return [
    ...(estimate.memoryBytes > MUCH_MEMORY_BYTES ? (['memory'] as const) : []),
    ...(fineTuneDurationMs(estimate, settings) > LONG_MS ? (['time'] as const) : []),
    ...(estimate.normPictures !== null && estimate.normPictures < settings.batchSize
      ? (['norms'] as const)
      : []),
  ];
}
