import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION, NO_AUGMENTATION } from '../../../domain/augmentation.ts';
import {
  ALPHA_RANGE,
  AUGMENT_GROUPS,
  AUGMENT_PRESETS,
  augmentPreset,
  augmentPresetOf,
  MIXES,
  mixKindOf,
  mixSettings,
  VIEWS_RANGE,
} from './augmentFields.ts';

const fields = AUGMENT_GROUPS.flatMap((group) => group.fields);
const strengths = fields.filter((field) => field.kind === 'strength');

describe('the kinds of augmentation', () => {
  it('all have one place in the panel', () => {
    const keys = [...fields.map(({ key }) => key), 'mixUp', 'cutMix', 'views'];
    expect(keys.sort()).toEqual(Object.keys(NO_AUGMENTATION).sort());
  });

  it.each(strengths)('$key has its preset strengths within bounds and on its steps', ({ key, max, step }) => {
    for (const name of AUGMENT_PRESETS) {
      const value = augmentPreset(name)?.[key] ?? 0;
      expect(value).toBeLessThanOrEqual(max);
      expect(Math.abs(value / step - Math.round(value / step))).toBeLessThan(1e-9);
    }
    expect(NO_AUGMENTATION[key]).toBe(0);
  });
});

describe('mixing', () => {
  it.each(MIXES)('%s is found again, and nothing else is on', (mix) => {
    const change = mixSettings(mix);
    expect(mixKindOf(change)).toBe(mix);
    expect(Object.values(change).filter((alpha) => alpha > 0)).toHaveLength(mix === 'none' ? 0 : 1);
  });

  it('begins with the α of the papers, within what may be typed', () => {
    expect(mixSettings('mixUp')).toEqual({ mixUp: 0.2, cutMix: 0 });
    expect(mixSettings('cutMix')).toEqual({ mixUp: 0, cutMix: 1 });
    expect(mixSettings('cutMix', 0.5).cutMix).toBe(0.5);
    expect(ALPHA_RANGE.min).toBeLessThanOrEqual(0.2);
    expect(DEFAULT_AUGMENTATION.views).toBeGreaterThanOrEqual(VIEWS_RANGE.min);
  });
});

describe('presets', () => {
  it.each(AUGMENT_PRESETS)('%s is found again in its settings', (name) => {
    expect(augmentPresetOf(structuredClone(augmentPreset(name)))).toBe(name);
  });

  it('are left when a strength is moved', () => {
    expect(augmentPresetOf({ ...DEFAULT_AUGMENTATION, hue: 0.1 })).toBeNull();
    expect(augmentPresetOf(NO_AUGMENTATION)).toBeNull();
  });
});
