import { describe, expect, it } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../../domain/trainSettings.ts';
import { NUMBER_FIELDS, parseSetting } from './settingFields.ts';

describe('the fields of a run', () => {
  it.each(NUMBER_FIELDS)('$key takes its own default and refuses what is out of bounds', (field) => {
    expect(parseSetting(field, DEFAULT_TRAIN_SETTINGS[field.key])).toBe(DEFAULT_TRAIN_SETTINGS[field.key]);
    expect(parseSetting(field, field.min - 1)).toBeNull();
    expect(parseSetting(field, field.max + 1)).toBeNull();
    expect(parseSetting(field, '')).toBeNull();
    expect(parseSetting(field, 'many')).toBeNull();
  });

  it('reads what was typed', () => {
    expect(parseSetting({ min: 0, max: 1, integer: false }, '0.25')).toBe(0.25);
    expect(parseSetting({ min: 0, max: 9, integer: true }, '2.5')).toBeNull();
  });

  it('shows only the numbers that the schedule has use for', () => {
    const own = ['warmupFraction', 'rateFactor', 'rateStepEpochs', 'plateauPatience', 'minimumRate'];
    const shownWith = (schedule: TrainSettings['schedule']) =>
      NUMBER_FIELDS.filter(({ appliesTo }) => appliesTo({ ...DEFAULT_TRAIN_SETTINGS, schedule }))
        .map(({ key }) => key)
        .filter((key) => own.includes(key));
    expect(shownWith('constant')).toEqual([]);
    expect(shownWith('oneCycle')).toEqual([]);
    expect(shownWith('cosine')).toEqual(['warmupFraction']);
    expect(shownWith('step')).toEqual(['rateFactor', 'rateStepEpochs']);
    expect(shownWith('plateau')).toEqual(['rateFactor', 'plateauPatience', 'minimumRate']);
  });
});
