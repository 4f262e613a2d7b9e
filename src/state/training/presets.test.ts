import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { applyPreset, isSameGroup, presetOf, TRAIN_PRESETS } from './presets.ts';

const thorough = { ...DEFAULT_TRAIN_SETTINGS, ...applyPreset('finetune') };

describe('presets of a run', () => {
  it.each(TRAIN_PRESETS)('%s is found again in the settings that it makes', (name) => {
    expect(presetOf({ ...DEFAULT_TRAIN_SETTINGS, ...applyPreset(name) })).toBe(name);
  });

  it('are left as soon as one of the values that they decide is another', () => {
    expect(presetOf(DEFAULT_TRAIN_SETTINGS)).toBe('head');
    expect(presetOf({ ...thorough, fineTune: { ...DEFAULT_FINE_TUNE, epochs: 9 } })).toBe('custom');
    expect(presetOf({ ...thorough, fineTune: null })).toBe('custom');
    expect(presetOf({ ...thorough, augmentation: null })).toBe('custom');
    expect(presetOf({ ...thorough, augmentation: { ...DEFAULT_AUGMENTATION, zoom: 0.3 } })).toBe('custom');
  });

  it('know their values from a copy, as a stored run brings one', () => {
    expect(presetOf(structuredClone(thorough))).toBe('finetune');
  });

  it('leave all other settings as the person chose them', () => {
    const chosen = { ...DEFAULT_TRAIN_SETTINGS, epochs: 7, seed: 3 };
    expect(presetOf(chosen)).toBe('head');
    expect({ ...chosen, ...applyPreset('finetune') }).toMatchObject({ epochs: 7, seed: 3 });
  });
});

describe('isSameGroup', () => {
  it('compares value by value', () => {
    expect(isSameGroup({ a: 1, b: false }, { b: false, a: 1 })).toBe(true);
    expect(isSameGroup<Record<string, number>>({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(isSameGroup(null, { a: 1 })).toBe(false);
    expect(isSameGroup(null, null)).toBe(true);
  });
});
