import { expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { smallerRunOf } from './smaller.ts';

it('goes down from the largest run to the smallest, step by step, and ends there', () => {
  let settings: TrainSettings = {
    ...DEFAULT_TRAIN_SETTINGS,
    augmentation: { ...DEFAULT_AUGMENTATION, views: 4 },
    fineTune: { ...DEFAULT_FINE_TUNE, stages: 'all' },
  };
  const steps: string[] = [];
  for (let next = smallerRunOf(settings, false); next; next = smallerRunOf(settings, false)) {
    steps.push(`${next.way} ${next.count}`);
    settings = { ...settings, ...next.change };
    expect(steps.length).toBeLessThan(30);
  }
  expect(steps).toEqual([
    ...['stages 2', 'stages 1', 'headOnly 0', 'views 2', 'views 1'],
    ...['hiddenUnits 512', 'hiddenUnits 256', 'hiddenUnits 128', 'batchSize 16', 'batchSize 8'],
  ]);
  expect(settings).toMatchObject({ fineTune: null, hiddenUnits: 128, batchSize: 8 });
});

it('leaves all else as it was', () => {
  const settings = { ...DEFAULT_TRAIN_SETTINGS, fineTune: { ...DEFAULT_FINE_TUNE, stages: 2 as const } };
  expect(smallerRunOf(settings, false)?.change).toEqual({ fineTune: { ...DEFAULT_FINE_TUNE, stages: 1 } });
});

it('has only the batch to make smaller where stages that have learned learn on', () => {
  let settings = { ...DEFAULT_TRAIN_SETTINGS, fineTune: { ...DEFAULT_FINE_TUNE, batchSize: 8 } };
  const steps: string[] = [];
  for (let next = smallerRunOf(settings, true); next; next = smallerRunOf(settings, true)) {
    steps.push(`${next.way} ${next.count}`);
    settings = { ...settings, ...next.change } as typeof settings;
  }
  expect(steps).toEqual(['batchSize 4', 'batchSize 2']);
  expect(settings.fineTune).toMatchObject({ stages: DEFAULT_FINE_TUNE.stages, batchSize: 2 });
});
