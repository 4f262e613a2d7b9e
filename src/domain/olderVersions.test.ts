import { describe, expect, it } from 'vitest';
import { sampleRun, sampleStoredModel } from '../testing/storage/records.ts';
import { NO_AUGMENTATION } from './augmentation.ts';
import { bringUpToDate, type Plain, RECORD_MIGRATIONS } from './olderVersions.ts';
import { DEFAULT_TRAIN_SETTINGS } from './trainSettings.ts';

const { warmupFraction, ...otherSettings } = DEFAULT_TRAIN_SETTINGS;
const olderSettings = {
  ...otherSettings,
  warmupShare: warmupFraction,
  augmentation: { horizontalFlip: true, variants: 3 },
};
const todaysSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  augmentation: { ...NO_AUGMENTATION, horizontalFlip: true, views: 3 },
};

const plain = (value: unknown) => value as Plain;

describe('what an earlier version has kept', () => {
  it('is a run with the names of today', () => {
    const run = { ...sampleRun('a', '2026-01-01'), settings: olderSettings };
    const older = { ...run, data: { ...run.data, splitSource: 'shares' } };
    expect(bringUpToDate('run', plain(older), 0)).toEqual({
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
    expect(bringUpToDate('model', plain(older), 0)).toEqual({ ...record, settings: todaysSettings });
  });

  it('is a data set whose splits are drawn as before', () => {
    const split = { seed: 3, groupPattern: null };
    const parts = { train: 0.6, validation: 0.2, test: 0.2 };
    const older = { name: 'a', classes: [], pictures: [], skipped: [] };
    expect(
      bringUpToDate('dataset', plain({ ...older, split: { ...split, source: 'shares', shares: parts } }), 0),
    ).toEqual({ ...older, split: { ...split, source: 'fractions', fractions: parts } });
  });

  it('had fewer settings: with what came later it is what it was', () => {
    const { schedule: _1, focalGamma: _2, clipNorm: _3, fineTune: _4, ...fewer } = DEFAULT_TRAIN_SETTINGS;
    const run = { ...sampleRun('a', '2026-01-01'), settings: fewer };
    expect(bringUpToDate('run', plain(run), 0)).toMatchObject({
      settings: { schedule: 'constant', focalGamma: 0, clipNorm: null, fineTune: null },
    });
  });

  it('knew no networks from scratch', () => {
    const { fromScratch: _, ...before } = DEFAULT_TRAIN_SETTINGS;
    const run = { ...sampleRun('a', '2026-01-01'), settings: before };
    for (const kind of ['run', 'model', 'checkpoint'] as const) {
      expect(bringUpToDate(kind, plain(run), 1)).toEqual({ ...run, settings: DEFAULT_TRAIN_SETTINGS });
    }
    const fresh = { ...DEFAULT_TRAIN_SETTINGS, fromScratch: { backboneId: 'plain-cnn', inputSizePx: 32 } };
    expect(bringUpToDate('run', plain({ ...run, settings: fresh }), 1)).toMatchObject({ settings: fresh });
  });

  it('stays as it is where it has the names of today, where there is nothing to rename, and where it is newer', () => {
    const { record } = sampleStoredModel('a', 1);
    expect(bringUpToDate('model', plain(record), 0)).toEqual(record);
    const { settings: _, ...without } = record;
    expect(bringUpToDate('model', plain(without), 0)).toEqual(without);
    const older = plain({ ...record, settings: olderSettings });
    expect(bringUpToDate('model', older, RECORD_MIGRATIONS.model.length)).toBe(older);
  });
});

describe('what an optimiser remembers', () => {
  const checkpointOf = (op: string): Plain => ({
    snapshot: {
      head: {
        nodes: [{ op: 'input' }, { op }, { op: 'dense' }, { op: 'softmax' }],
        weights: { 'logits/kernel': { shape: [2, 3] }, 'logits/bias': { shape: [3] } },
      },
      optimizerState: {
        'logits/kernel|mean': Float32Array.of(0, 10, 1, 11, 2, 12),
        'logits/bias|mean': Float32Array.of(0, 1, 2),
      },
    },
  });
  const meansOf = (record: Plain) => {
    const { optimizerState } = record.snapshot as { optimizerState: Record<string, Float32Array> };
    return [optimizerState['logits/kernel|mean'], optimizerState['logits/bias|mean']];
  };

  it('of the kernels of a head lies as those do', () => {
    const today = bringUpToDate('checkpoint', checkpointOf('dropout'), 2);
    expect(meansOf(today)).toEqual([Float32Array.of(0, 1, 2, 10, 11, 12), Float32Array.of(0, 1, 2)]);
    expect(bringUpToDate('checkpoint', today, 3)).toBe(today);
  });

  it('of more than a head lay so before', () => {
    const older = checkpointOf('globalAvgPool');
    expect(meansOf(bringUpToDate('checkpoint', older, 2))).toEqual(meansOf(older));
  });

  it('is left alone where it is not what it should be', () => {
    for (const snapshot of [null, {}, { head: 1, optimizerState: { a: 2 } }, { optimizerState: {} }]) {
      expect(bringUpToDate('checkpoint', { snapshot }, 2)).toEqual({ snapshot });
    }
  });
});
