import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../domain/curve.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { ratesOfEpoch, type ScheduleSettings } from './schedule.ts';

const STEPS = 7;
const BASE: ScheduleSettings = { ...DEFAULT_TRAIN_SETTINGS, epochs: 10, learningRate: 0.4 };

/** A curve with these validation losses; null: without a validation set. */
function curveOf(losses: readonly (number | null)[], loss = 1): EpochMetrics[] {
  return losses.map((validationLoss, i) => ({
    epoch: i + 1,
    loss,
    accuracy: 0.5,
    validationLoss,
    validationAccuracy: null,
    elapsedMs: i,
  }));
}

/** Rates of all steps of a run whose loss always falls, epoch by epoch. */
function ratesOfRun(settings: ScheduleSettings, stepsPerEpoch = STEPS): number[] {
  return Array.from({ length: settings.epochs }, (_, epoch) => {
    const rateOf = ratesOfEpoch(
      settings,
      stepsPerEpoch,
      curveOf(Array.from({ length: epoch }, (_, i) => -i)),
    );
    return Array.from({ length: stepsPerEpoch }, (_, step) => rateOf(step));
  }).flat();
}

/** Rate of the epoch after a curve. */
const rateAfter = (settings: ScheduleSettings, losses: readonly (number | null)[]) =>
  ratesOfEpoch(settings, STEPS, curveOf(losses))(0);

const isFalling = (rates: readonly number[]) =>
  rates.every((rate, i) => i === 0 || rate < (rates[i - 1] ?? 0));
const isRising = (rates: readonly number[]) =>
  rates.every((rate, i) => i === 0 || rate > (rates[i - 1] ?? 1));

describe('the schedule of the learning rate', () => {
  it('is constant unless something else is asked for', () => {
    expect(DEFAULT_TRAIN_SETTINGS.schedule).toBe('constant');
    expect(new Set(ratesOfRun(BASE))).toEqual(new Set([0.4]));
  });

  it('falls by a factor every few epochs', () => {
    const settings: ScheduleSettings = { ...BASE, schedule: 'step', rateFactor: 0.5, rateStepEpochs: 4 };
    const ofEpochs = ratesOfRun(settings, 1);
    expect(ofEpochs).toEqual([0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1]);
  });

  it('warms up in a straight line and falls along a cosine', () => {
    const rates = ratesOfRun({ ...BASE, schedule: 'cosine', warmupFraction: 0.2 });
    const warmup = rates.slice(0, 14);
    warmup.forEach((rate, i) => void expect(rate).toBeCloseTo((0.4 * (i + 1)) / 14, 12));
    const rest = rates.slice(13);
    expect(rest[0]).toBeCloseTo(0.4, 12);
    expect(rates[14]).toBeCloseTo(0.4, 12);
    // Half way, and a quarter of the way: 0.4 · (1 + cos(π/4)) / 2.
    expect(rates[14 + 28]).toBeCloseTo(0.2, 12);
    expect(rates[14 + 14]).toBeCloseTo(0.341_421_356, 8);
    expect(isFalling(rates.slice(14))).toBe(true);
    expect(rates.at(-1)).toBeGreaterThan(0);
    expect(rates.at(-1)).toBeLessThan(0.001);
  });

  it('needs no warm-up for its cosine, and never has a rate of 0', () => {
    const rates = ratesOfRun({ ...BASE, schedule: 'cosine', warmupFraction: 0 });
    expect(rates[0]).toBe(0.4);
    expect(isFalling(rates)).toBe(true);
    expect(Math.min(...rates)).toBeGreaterThan(0);
    expect(ratesOfRun({ ...BASE, schedule: 'cosine', warmupFraction: 0.99, epochs: 1 }, 1)).toEqual([0.4]);
  });

  it('runs one cycle: from a 25th up to the peak, and down to almost nothing', () => {
    // 71 steps, so that one falls on the peak.
    const rates = ratesOfRun({ ...BASE, schedule: 'oneCycle', epochs: 1 }, 71);
    expect(rates[0]).toBeCloseTo(0.4 / 25, 12);
    expect(Math.max(...rates)).toBeCloseTo(0.4, 12);
    expect(rates.indexOf(Math.max(...rates))).toBe(21);
    expect(isRising(rates.slice(0, 22))).toBe(true);
    expect(isFalling(rates.slice(21))).toBe(true);
    expect(rates.at(-1)).toBeCloseTo(0.4 / 25 / 1e4, 12);
    expect(ratesOfRun({ ...BASE, schedule: 'oneCycle', epochs: 1 }, 1)).toEqual([0.4]);
  });

  it('falls when the validation loss has not fallen for a while, down to a minimum', () => {
    const settings: ScheduleSettings = {
      ...BASE,
      schedule: 'plateau',
      rateFactor: 0.5,
      plateauPatience: 2,
      minimumRate: 0.15,
    };
    expect(rateAfter(settings, [])).toBe(0.4);
    expect(rateAfter(settings, [1, 1])).toBe(0.4);
    expect(rateAfter(settings, [1, 1, 1])).toBe(0.2);
    // The wait begins anew after a fall of the rate, and after a better loss.
    expect(rateAfter(settings, [1, 1, 1, 1])).toBe(0.2);
    expect(rateAfter(settings, [1, 1, 0.9, 0.95])).toBe(0.4);
    expect(rateAfter(settings, [1, 1, 0.9, 0.95, 0.92])).toBe(0.2);
    expect(rateAfter(settings, [1, 1, 1, 1, 1])).toBe(0.15);
    expect(rateAfter({ ...settings, minimumRate: 1 }, [1, 1, 1])).toBe(0.4);
    // Without a validation set the training loss counts, which here stands still.
    expect(rateAfter(settings, [null, null, null])).toBe(0.2);
  });

  it.each(['cosine', 'oneCycle'] as const)('goes through %s once, however an epoch is cut', (schedule) => {
    const [coarse, fine] = [
      { ...BASE, schedule, epochs: 2 },
      { ...BASE, schedule, epochs: 6 },
    ];
    expect(ratesOfRun(coarse, 9)).toEqual(ratesOfRun(fine, 3));
  });
});
