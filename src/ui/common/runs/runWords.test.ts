import { describe, expect, it } from 'vitest';
import { type AugmentSettings, NO_AUGMENTATION } from '../../../domain/augmentation.ts';
import type { StopReason } from '../../../domain/curve.ts';
import type { RunRecord } from '../../../domain/runRecord.ts';
import { DEFAULT_FINE_TUNE, type TrainSettings } from '../../../domain/trainSettings.ts';
import { words as english } from '../../../i18n/en.ts';
import { compareRuns } from '../../../state/runs/compareRuns.ts';
import { sampleRun } from '../../../testing/storage/records.ts';
import { formOf, labelKeyOf } from './runWords.ts';

function wordsAt(key: string): unknown {
  const [namespace = '', path = ''] = key.split(':');
  const words: unknown = english[namespace];
  return path
    .split('.')
    .reduce((inner: unknown, name) => (inner as Record<string, unknown> | undefined)?.[name], words);
}

const run = sampleRun('id', '2026-01-01T00:00:00.000Z');
function runWith(settings: Partial<TrainSettings>, more: Partial<RunRecord> = {}): RunRecord {
  return { ...run, ...more, settings: { ...run.settings, ...settings } };
}

const ALL_CHANGES = Object.fromEntries(
  Object.entries(NO_AUGMENTATION).map(([key, value]) => [key, typeof value === 'boolean' ? true : 0.1]),
) as unknown as AugmentSettings;

/** So many choices that every setting has an effect in one of them. */
const EVERYTHING: readonly RunRecord[] = [
  runWith({ augmentation: ALL_CHANGES, fineTune: { ...DEFAULT_FINE_TUNE, stages: 'all' } }),
  runWith({ optimizer: 'sgd', schedule: 'cosine', head: 'linear', earlyStoppingPatience: null, clipNorm: 1 }),
  runWith({ optimizer: 'adamw', schedule: 'step' }, { arithmetic: 'int8', startedFrom: 'a' }),
  runWith(
    { optimizer: 'rmsprop', schedule: 'plateau', classWeights: 'none' },
    { data: { name: '', counts: [], seed: 1, splitSource: 'folders' } },
  ),
  runWith({ schedule: 'oneCycle' }, { arithmetic: 'float32' }),
  runWith({
    fromScratch: {
      ...{ backboneId: 'plain-cnn', inputSizePx: 32, normalisation: 'data' },
      layers: { filters: [8, 16], denseUnits: 32 },
    },
  }),
  ...(
    ['allEpochs', 'earlyStopping', 'finishedByPerson', 'cancelled', 'notFinite'] satisfies StopReason[]
  ).map((stopReason) => runWith({}, { stopReason })),
];

describe('words of a comparison', () => {
  const rows = compareRuns(EVERYTHING, []);

  it('cover every setting', () => {
    const settings = rows.filter(({ group }) => group === 'settings').map(({ key }) => key);
    expect(settings).toEqual(expect.arrayContaining(Object.keys(run.settings)));
    expect(settings).toEqual(
      expect.arrayContaining(Object.keys(NO_AUGMENTATION).map((key) => `augmentation.${key}`)),
    );
  });

  it.each(rows.map((row) => [`${row.group} ${row.key}`, row] as const))(
    'name %s and its values',
    (_name, row) => {
      expect(wordsAt(labelKeyOf(row)), labelKeyOf(row)).toBeTypeOf('string');
      for (const value of row.values) {
        const form = formOf(row, value);
        if (form.kind === 'words') expect(wordsAt(form.key), form.key).toBeTypeOf('string');
      }
    },
  );
});

describe('formOf', () => {
  it('shows fractions, durations, losses and plain numbers as what they are', () => {
    expect(formOf({ group: 'results', key: 'testAccuracy' }, 0.5)).toEqual({ kind: 'fraction', value: 0.5 });
    expect(formOf({ group: 'results', key: 'elapsedMs' }, 5)).toEqual({ kind: 'duration', value: 5 });
    expect(formOf({ group: 'results', key: 'validationLoss' }, 5)).toEqual({ kind: 'loss', value: 5 });
    expect(formOf({ group: 'settings', key: 'dropout' }, 0.3)).toEqual({ kind: 'number', value: 0.3 });
    expect(formOf({ group: 'settings', key: 'seed' }, 1e6)).toEqual({ kind: 'text', value: '1000000' });
    expect(formOf({ group: 'data', key: 'name' }, 'on')).toEqual({ kind: 'text', value: 'on' });
  });
});
