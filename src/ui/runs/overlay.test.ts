import { describe, expect, it } from 'vitest';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { PlacedRun } from '../../state/runs/runs.ts';
import { sampleRun } from '../../testing/storage/records.ts';
import { overlay } from './overlay.ts';

function curveOf(
  epochs: number,
  change: (epoch: number) => Partial<EpochMetrics> = () => ({}),
): EpochMetrics[] {
  return Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    loss: 2,
    accuracy: 0.5,
    validationLoss: 3,
    validationAccuracy: 0.25,
    elapsedMs: index,
    ...change(index + 1),
  }));
}

function placed(place: number, curve: readonly EpochMetrics[]): PlacedRun {
  return { place, run: { ...sampleRun(`run ${place}`, ''), curve } };
}

const BOTH = ['training', 'validation'] as const;

describe('overlay', () => {
  it('lays curves of different lengths over each other, by epoch', () => {
    const { rows, curves } = overlay([placed(0, curveOf(1)), placed(3, curveOf(2))], 'accuracy', BOTH);
    expect(rows).toEqual([
      { epoch: 1, training0: 0.5, validation0: 0.25, training3: 0.5, validation3: 0.25 },
      { epoch: 2, training3: 0.5, validation3: 0.25 },
    ]);
    expect(curves.map(({ place, split }) => [place, split])).toEqual([
      [0, 'training'],
      [0, 'validation'],
      [3, 'training'],
      [3, 'validation'],
    ]);
  });

  it('shows the loss, of those sets that are asked for', () => {
    expect(overlay([placed(0, curveOf(1))], 'loss', ['validation']).rows).toEqual([
      { epoch: 1, validation0: 3 },
    ]);
  });

  it('leaves out what was not measured and what is no number', () => {
    const unmeasured = curveOf(2, () => ({ validationAccuracy: null, validationLoss: null }));
    const broken = curveOf(2, (epoch) => (epoch === 2 ? { loss: Number.NaN } : {}));
    const { rows, curves } = overlay([placed(0, unmeasured), placed(1, broken)], 'loss', BOTH);
    expect(curves.map(({ key }) => key)).toEqual(['training0', 'training1', 'validation1']);
    expect(rows[1]).toEqual({ epoch: 2, training0: 2, validation1: 3 });
  });

  it('finds the border of the second phase', () => {
    const tuned = curveOf(5, (epoch) => (epoch > 3 ? { phase: 'fineTune' } : {}));
    const all = curveOf(2, () => ({ phase: 'fineTune' }));
    const runs = [placed(0, curveOf(5)), placed(1, tuned), placed(2, all)];
    expect(overlay(runs, 'loss', BOTH).borders).toEqual([{ place: 1, epoch: 3.5 }]);
  });

  it('thins long curves out and marks a few points, the last among them', () => {
    const { rows, curves } = overlay([placed(0, curveOf(1000))], 'accuracy', ['training']);
    expect(rows.length).toBeLessThan(160);
    const epochs = new Set(rows.map(({ epoch }) => epoch));
    const marks = [...(curves[0]?.markedEpochs ?? [])];
    expect(marks.at(-1)).toBe(1000);
    expect(marks.length).toBeGreaterThanOrEqual(6);
    expect(marks.length).toBeLessThanOrEqual(8);
    expect(marks.every((epoch) => epochs.has(epoch))).toBe(true);
  });

  it('marks the one point of a run of one epoch', () => {
    const { curves } = overlay([placed(0, curveOf(1))], 'accuracy', ['training']);
    expect([...(curves[0]?.markedEpochs ?? [])]).toEqual([1]);
  });
});
