import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../src/domain/curve.ts';
import type { Metrics } from '../../src/domain/metrics.ts';
import { toAccuracyTable, toLine, toResult, toRun } from './accuracyResult.ts';

function epoch(number: number, elapsedMs: number, validationLoss: number, phase?: 'fineTune'): EpochMetrics {
  const measured = { loss: 1, accuracy: 0.5, validationLoss, validationAccuracy: 0.5 };
  return { epoch: number, elapsedMs, ...measured, phase };
}

const HEAD = [epoch(1, 2000, 0.9), epoch(2, 5000, 0.8)];
const BOTH = [...HEAD, epoch(3, 65_000, 0.75, 'fineTune'), epoch(4, 125_000, 0.7, 'fineTune')];

function measured(correct: number): Metrics {
  const accuracy = correct / 400;
  return { count: 400, accuracy, accuracyInterval: [accuracy, accuracy], perClass: [], confusion: [] };
}

function run(curve: readonly EpochMetrics[], bestEpoch: number, correct: number) {
  return toRun({ curve, bestEpoch, metrics: { validation: null, test: measured(correct) } }, 200);
}

describe('a run of the accuracy bench', () => {
  it('tells the phases apart, in epochs and on the clock that runs through both', () => {
    expect(run(BOTH, 4, 360)).toMatchObject({
      accuracy: 0.9,
      testPictures: 400,
      arithmetic: 'float32',
      epochs: { head: 2, fineTune: 2 },
      isFineTunedKept: true,
      validationLoss: { head: 0.8, fineTune: 0.7 },
      seconds: { head: 5, fineTune: 120, total: 200 },
    });
    expect(run(HEAD, 2, 360).seconds).toEqual({ head: 5, fineTune: 0, total: 200 });
  });

  it('knows that the head of the first phase was kept', () => {
    expect(run(BOTH, 2, 360).isFineTunedKept).toBe(false);
  });

  it('is none without test pictures', () => {
    const metrics = { validation: measured(1), test: null };
    expect(() => toRun({ curve: HEAD, bestEpoch: 1, metrics }, 1)).toThrow(/test/);
  });

  it('says both accuracies where it learned in int8', () => {
    const metrics = { validation: null, test: measured(360) };
    const int8 = { arithmetic: 'int8', exactMetrics: measured(364) } as const;
    expect(toLine(toRun({ curve: BOTH, bestEpoch: 4, metrics, ...int8 }, 200))).toBe(
      'test accuracy 90.00 % (int8); 91.00 % in float32; 2 + 2 epochs, best 4; ' +
        'lowest validation loss 0.800, then 0.700; 5 s + 120 s of learning, 200 s in all',
    );
  });
});

describe('the table of the accuracy bench', () => {
  const seeds = [
    { seed: 1, headOnly: run(HEAD, 2, 352), twoPhases: run(BOTH, 4, 362) },
    { seed: 2, headOnly: run(HEAD, 1, 356), twoPhases: run(BOTH, 2, 354) },
  ];

  it('gives each seed a line and the mean the last', () => {
    const table = toAccuracyTable(toResult(seeds));
    expect(table).toMatch(/400 test pictures/);
    expect(table).toMatch(
      /^seed 1 +88\.00 % +90\.50 % +\+2\.50 +fine-tuned +5 s +5 s \+ 120 s +200 s \/ 200 s$/m,
    );
    expect(table).toMatch(/^seed 2 +89\.00 % +88\.50 % +−0\.50 +head /m);
    expect(table).toMatch(/^mean +88\.50 % +89\.50 % +\+1\.00$/m);
  });
});
