import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../domain/curve.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { atTenthOfRate, divergedIn } from './lastRun.ts';

const epoch = (number: number, phase?: EpochMetrics['phase']): EpochMetrics => ({
  ...{ epoch: number, loss: 1, accuracy: 0, validationLoss: null, validationAccuracy: null },
  ...{ elapsedMs: 1, phase },
});
const failed = (error: AppError) => ({ kind: 'failed', error }) as const;
const both = { ...DEFAULT_TRAIN_SETTINGS, fineTune: DEFAULT_FINE_TUNE };

describe('the phase in which a run got out of hand', () => {
  it.each([
    ['head', { epoch: 2 }, [epoch(1)]],
    ['fineTune', { epoch: 3 }, [epoch(1), epoch(2, 'fineTune')]],
    ['fineTune', { epoch: 2, phase: 'fineTune' }, [epoch(1)]],
  ])('is %s by %j', (phase, details, curve) => {
    expect(divergedIn({ outcome: failed(new AppError('notFinite', details)), curve })).toBe(phase);
  });

  it('is none after any other error', () => {
    expect(divergedIn({ outcome: failed(new AppError('outOfMemory', { epoch: 1 })), curve: [] })).toBeNull();
    // Of the backbone: no learning rate helps against it.
    expect(divergedIn({ outcome: failed(new AppError('featuresNotFinite')), curve: [epoch(1)] })).toBeNull();
    expect(
      divergedIn({
        outcome: { kind: 'done', tuningError: null, modelId: 'a', name: 'pets' },
        curve: [epoch(1)],
      }),
    ).toBeNull();
  });
});

describe('a tenth of the rate', () => {
  it('is that of the phase that failed, and of no other', () => {
    expect(atTenthOfRate('head', both, both)).toEqual({ learningRate: 1e-4, minimumRate: 1e-6 });
    expect(atTenthOfRate('fineTune', both, both)).toEqual({
      fineTune: { ...DEFAULT_FINE_TUNE, learningRate: 3e-6 },
    });
  });

  it('is of the rate that failed, whatever has been set since, and never below the lowest', () => {
    const since = { ...both, learningRate: 0.5, minimumRate: 0.01 };
    expect(atTenthOfRate('head', both, since)).toEqual({ learningRate: 1e-4, minimumRate: 1e-4 });
    expect(atTenthOfRate('fineTune', both, { ...both, fineTune: null })).toEqual({
      fineTune: { ...DEFAULT_FINE_TUNE, learningRate: 3e-6 },
    });
  });
});
