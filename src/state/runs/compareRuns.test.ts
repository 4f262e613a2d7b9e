import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { sampleRun } from '../../testing/storage/records.ts';
import { compareRuns as compare, depthRows, type RunRow, summarizeRun } from './compareRuns.ts';

const epoch = (number: number, validationAccuracy: number | null): EpochMetrics => ({
  epoch: number,
  loss: 1 / number,
  accuracy: 0.5,
  validationLoss: validationAccuracy === null ? null : 1 - validationAccuracy,
  validationAccuracy,
  elapsedMs: number,
});

function runWith(settings: Partial<TrainSettings>, more: Partial<RunRecord> = {}): RunRecord {
  const run = sampleRun('id', '2026-01-01T00:00:00.000Z');
  return { ...run, settings: { ...run.settings, ...settings }, ...more };
}

const LISTED = [{ id: 'plain-cnn', title: 'Plain CNN' }];
const compareRuns = (runs: readonly RunRecord[]) => compare(runs, LISTED);

function rowOf(rows: readonly RunRow[], group: RunRow['group'], key: string): RunRow | undefined {
  return rows.find((row) => row.group === group && row.key === key);
}

const measured = (accuracy: number) => ({
  count: 10,
  accuracy,
  accuracyInterval: [0, 1] as const,
  perClass: [],
  confusion: [],
});

describe('compareRuns', () => {
  it('marks what differs, and nothing else', () => {
    const rows = compareRuns([
      runWith({ epochs: 5 }),
      runWith({ epochs: 5, seed: 2 }),
      runWith({ epochs: 5 }),
    ]);
    expect(rows.filter(({ differs }) => differs)).toEqual([
      { group: 'settings', key: 'seed', values: [1, 2, 1], differs: true },
    ]);
    expect(rowOf(rows, 'settings', 'epochs')?.values).toEqual([5, 5, 5]);
  });

  it('names the network from scratch by its title, and tells its layers', () => {
    const plain = { backboneId: 'plain-cnn', inputSizePx: 32 };
    const definition = JSON.stringify({ title: 'Mine', nodes: [] });
    const rows = compareRuns([
      runWith({ fromScratch: { ...plain, layers: { filters: [8, 16], denseUnits: 32 } } }),
      runWith({ fromScratch: { ...plain, backboneId: 'defined', definition } }),
      runWith({ fromScratch: plain }, { networkTitle: 'Plain CNN of then' }),
      runWith({ fromScratch: { ...plain, backboneId: 'gone' } }),
    ]);
    const values = (key: string) => rowOf(rows, 'settings', `fromScratch.${key}`)?.values;
    expect(values('network')).toEqual(['Plain CNN', 'Mine', 'Plain CNN of then', 'gone']);
    expect(values('filters')).toEqual(['8-16', null, null, null]);
    expect(values('denseUnits')).toEqual([32, null, null, null]);
    expect(values('definition')).toBeUndefined();
  });

  it('flattens nested settings; off is null', () => {
    const rows = compareRuns([
      runWith({ augmentation: { ...DEFAULT_AUGMENTATION, rotationDegrees: 20 }, fineTune: null }),
      runWith({ augmentation: null, fineTune: { ...DEFAULT_FINE_TUNE, stages: 'all' } }),
    ]);
    const values = (key: string) => rowOf(rows, 'settings', key)?.values;
    expect(values('augmentation')).toEqual([true, null]);
    expect(values('augmentation.rotationDegrees')).toEqual([20, null]);
    expect(values('augmentation.horizontalFlip')).toEqual([true, null]);
    expect(values('augmentation.verticalFlip'), 'off in both').toBeUndefined();
    expect(values('fineTune')).toEqual([null, true]);
    expect(values('fineTune.stages')).toEqual([null, 'all']);
    expect(
      rows.every(({ values }) => values.every((value) => typeof value !== 'object' || value === null)),
    ).toBe(true);
  });

  it('keeps the order of the settings, members with their group', () => {
    const rows = compareRuns([
      runWith({}),
      runWith({ optimizer: 'sgd', augmentation: DEFAULT_AUGMENTATION, fineTune: DEFAULT_FINE_TUNE }),
    ]);
    const tops = rows.filter(({ group }) => group === 'settings').map(({ key }) => key.split('.')[0] ?? '');
    const order = Object.keys(DEFAULT_TRAIN_SETTINGS);
    expect(tops).toEqual([...tops].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(tops).toContain('momentum');
    expect(tops.filter((top) => top === 'fineTune')).toHaveLength(1 + Object.keys(DEFAULT_FINE_TUNE).length);
  });

  it('has one row for a group that is off everywhere', () => {
    const rows = compareRuns([runWith({}), runWith({})]);
    expect(rowOf(rows, 'settings', 'augmentation')).toMatchObject({ values: [null, null], differs: false });
    expect(rows.some(({ key }) => key.startsWith('augmentation.'))).toBe(false);
  });

  it('does not call a number without effect a difference', () => {
    const adams = compareRuns([runWith({ momentum: 0.5 }), runWith({ momentum: 0.9 })]);
    expect(rowOf(adams, 'settings', 'momentum')).toBeUndefined();
    const mixed = compareRuns([runWith({ momentum: 0.5 }), runWith({ optimizer: 'sgd', momentum: 0.9 })]);
    expect(rowOf(mixed, 'settings', 'momentum')?.values).toEqual([null, 0.9]);
  });

  it('reads a run of an earlier version as one made without what came later', () => {
    const run = runWith({});
    const { focalGamma: _gamma, augmentation: _augmentation, ...early } = run.settings;
    const rows = compareRuns([{ ...run, settings: early as TrainSettings }, run]);
    expect(rows.filter(({ differs }) => differs)).toEqual([]);
    expect(rowOf(rows, 'data', 'arithmetic')?.values).toEqual([null, null]);
  });

  it('sums pictures and sees another class or another number in one', () => {
    const counts = (second: string, train: number) => [
      { className: 'cat', train: 10, validation: 2, test: 3 },
      { className: second, train, validation: 2, test: 3 },
    ];
    const data = { name: 'd', seed: 1, splitSource: 'fractions' as const };
    const rows = compareRuns([
      runWith({}, { data: { ...data, counts: counts('dog', 8) } }),
      runWith({}, { data: { ...data, counts: counts('cow', 8), seed: 3 } }),
    ]);
    expect(rowOf(rows, 'data', 'train')).toMatchObject({ values: [18, 18], differs: false });
    expect(rowOf(rows, 'data', 'test')?.values).toEqual([6, 6]);
    expect(rowOf(rows, 'data', 'classCounts')).toMatchObject({
      values: ['cat 10, dog 8', 'cat 10, cow 8'],
      differs: true,
    });
    expect(rowOf(rows, 'data', 'splitSeed')).toMatchObject({ values: [1, 3], differs: true });
  });

  it('does not compare the seed of a split that was given', () => {
    const data = { name: 'd', counts: [], splitSource: 'folders' as const };
    const rows = compareRuns([
      runWith({}, { data: { ...data, seed: 1 } }),
      runWith({}, { data: { ...data, seed: 2 } }),
    ]);
    expect(rowOf(rows, 'data', 'splitSeed')?.differs).toBe(false);
  });
});

describe('depthRows', () => {
  it('tells of one run which changes were on, and its second phase', () => {
    const augmentation = { ...NO_AUGMENTATION, rotationDegrees: 10 };
    const rows = depthRows({ ...DEFAULT_TRAIN_SETTINGS, augmentation, fineTune: DEFAULT_FINE_TUNE });
    expect(Object.fromEntries(rows.map(({ key, values }) => [key, values[0]]))).toEqual({
      augmentation: true,
      'augmentation.rotationDegrees': 10,
      'augmentation.views': NO_AUGMENTATION.views,
      fineTune: true,
      ...Object.fromEntries(
        Object.entries(DEFAULT_FINE_TUNE).map(([key, value]) => [`fineTune.${key}`, value]),
      ),
    });
  });

  it('says that both were off', () => {
    expect(depthRows(DEFAULT_TRAIN_SETTINGS)).toMatchObject([
      { key: 'augmentation', values: [null] },
      { key: 'fineTune', values: [null] },
    ]);
  });
});

describe('summarizeRun', () => {
  const curve = [epoch(1, 0.6), epoch(2, 0.8), epoch(3, 0.7)];

  it('takes what was measured of the kept weights', () => {
    const run = runWith(
      {},
      { curve, bestEpoch: 2, metrics: { validation: measured(0.81), test: measured(0.75) } },
    );
    expect(summarizeRun(run)).toMatchObject({ epochs: 3, validationAccuracy: 0.81, testAccuracy: 0.75 });
  });

  it('takes the best epoch of a run that became no model', () => {
    const run = runWith({}, { curve, bestEpoch: 2, stopReason: 'cancelled' });
    expect(summarizeRun(run)).toMatchObject({ validationAccuracy: 0.8, testAccuracy: null });
    expect(summarizeRun(run).validationLoss).toBeCloseTo(0.2);
  });

  it('has nothing to tell of a run that ended in its first epoch', () => {
    const run = runWith({}, { stopReason: 'notFinite' });
    expect(summarizeRun(run)).toEqual({
      epochs: 0,
      validationAccuracy: null,
      validationLoss: null,
      testAccuracy: null,
    });
  });
});
