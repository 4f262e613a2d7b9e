import { describe, expect, it } from 'vitest';
import { sampleRun, sampleStoredModel } from '../testing/storage/records.ts';
import { datasetWithTodaysNames, withTodaysNames } from './olderNames.ts';
import { DEFAULT_TRAIN_SETTINGS } from './trainSettings.ts';

const { warmupFraction, ...otherSettings } = DEFAULT_TRAIN_SETTINGS;
const olderSettings = {
  ...otherSettings,
  warmupShare: warmupFraction,
  augmentation: { horizontalFlip: true, variants: 3 },
};
const todaysSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  augmentation: { horizontalFlip: true, views: 3 },
};

describe('what an earlier version has kept', () => {
  it('is a run with the names of today', () => {
    const run = { ...sampleRun('a', '2026-01-01'), settings: olderSettings };
    const older = { ...run, data: { ...run.data, splitSource: 'shares' } };
    expect(withTodaysNames(older as unknown)).toEqual({
      ...run,
      settings: todaysSettings,
      data: { ...run.data, splitSource: 'fractions' },
    });
  });

  it('is a model with them, down to how pictures are resized', () => {
    const { record } = sampleStoredModel('a', 1);
    const { cropFraction, ...otherResize } = record.backbone.resize;
    const resize = { ...otherResize, cropShare: cropFraction };
    const older = { ...record, settings: olderSettings, backbone: { ...record.backbone, resize } };
    expect(withTodaysNames(older as unknown)).toEqual({ ...record, settings: todaysSettings });
  });

  it('is a data set whose splits are drawn as before', () => {
    const split = { seed: 3, groupPattern: null };
    const parts = { train: 0.6, validation: 0.2, test: 0.2 };
    const older = { name: 'a', classes: [], pictures: [], skipped: [] };
    expect(
      datasetWithTodaysNames({ ...older, split: { ...split, source: 'shares', shares: parts } } as never),
    ).toEqual({ ...older, split: { ...split, source: 'fractions', fractions: parts } });
  });

  it('stays as it is where it has the names of today, and where there is nothing to rename', () => {
    const { record } = sampleStoredModel('a', 1);
    expect(withTodaysNames(record)).toEqual(record);
    const { settings: _, ...without } = record;
    expect(withTodaysNames(without as unknown)).toEqual(without);
    expect(withTodaysNames('text' as unknown)).toBe('text');
    expect(withTodaysNames(null as unknown)).toBeNull();
  });
});
