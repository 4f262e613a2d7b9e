import { describe, expect, it } from 'vitest';
import { DEFAULT_FINE_TUNE } from '../../../domain/trainSettings.ts';
import type { FineTuneCostEstimate } from '../../../state/estimates/fineTuneCost.ts';
import { parseSetting } from '../../common/settings/settingFields.ts';
import { FINE_TUNE_FIELDS, fineTuneDurationMs, fineTuneWarnings, STAGE_CHOICES } from './fineTuneFields.ts';

const modest: FineTuneCostEstimate = {
  trainableParameters: 15e6,
  firstSeconds: 30,
  secondsPerEpoch: 60,
  memoryBytes: 8e8,
  normPictures: null,
  cacheBytes: 4e8,
  fitsCache: true,
  isAugmented: false,
};

describe('the fields of fine-tuning', () => {
  it.each(FINE_TUNE_FIELDS)(
    '$key takes its own default and its bounds, and refuses what is beyond',
    (field) => {
      for (const value of [DEFAULT_FINE_TUNE[field.key], field.min, field.max])
        expect(parseSetting(field, value)).toBe(value);
      expect(parseSetting(field, field.min / 2)).toBeNull();
      expect(parseSetting(field, field.max * 2)).toBeNull();
    },
  );

  it('offer the default among what may learn', () => {
    expect(STAGE_CHOICES).toContain(DEFAULT_FINE_TUNE.stages);
  });
});

describe('warnings about fine-tuning', () => {
  it('are not given for a modest run', () => {
    expect(fineTuneWarnings(modest, DEFAULT_FINE_TUNE)).toEqual([]);
  });

  it('tell much memory and much time apart', () => {
    expect(fineTuneWarnings({ ...modest, memoryBytes: 1.6e9 }, DEFAULT_FINE_TUNE)).toEqual(['memory']);
    expect(fineTuneWarnings(modest, { ...DEFAULT_FINE_TUNE, epochs: 16 })).toEqual(['time']);
  });

  it('tell that scales learn from fewer pictures than a batch has', () => {
    const { batchSize } = DEFAULT_FINE_TUNE;
    expect(fineTuneWarnings({ ...modest, normPictures: batchSize }, DEFAULT_FINE_TUNE)).toEqual([]);
    expect(fineTuneWarnings({ ...modest, normPictures: batchSize - 1 }, DEFAULT_FINE_TUNE)).toEqual([
      'norms',
    ]);
  });

  it('count what runs once as well, and only once', () => {
    expect(fineTuneDurationMs(modest, { epochs: 3 })).toBe(210_000);
    expect(fineTuneWarnings({ ...modest, firstSeconds: 800 }, DEFAULT_FINE_TUNE)).toEqual(['time']);
  });
});
