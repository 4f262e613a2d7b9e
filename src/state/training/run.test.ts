import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../domain/curve.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { skipsFineTuning } from './run.ts';

const epoch = (number: number, phase?: EpochMetrics['phase']): EpochMetrics => ({
  ...{ epoch: number, loss: 1, accuracy: 0, validationLoss: null, validationAccuracy: null },
  ...{ elapsedMs: 1, phase },
});
const both = { ...DEFAULT_TRAIN_SETTINGS, fineTune: DEFAULT_FINE_TUNE };

describe('stopping early', () => {
  it('leaves out fine-tuning in the first of two phases only', () => {
    expect(skipsFineTuning({ settings: both, curve: [epoch(1)] })).toBe(true);
    expect(skipsFineTuning({ settings: both, curve: [] })).toBe(false);
    expect(skipsFineTuning({ settings: both, curve: [epoch(1), epoch(2, 'fineTune')] })).toBe(false);
    expect(skipsFineTuning({ settings: DEFAULT_TRAIN_SETTINGS, curve: [epoch(1)] })).toBe(false);
    expect(skipsFineTuning({ settings: null, curve: [] })).toBe(false);
  });
});
