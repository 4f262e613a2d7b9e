/** Ready-made answers to how thorough a run shall be, so that most people need not open a single panel. */
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { DEFAULT_FINE_TUNE, type TrainSettings } from '../../domain/trainSettings.ts';

/** `head`: only the head learns, from the pictures as they are. `finetune`: careful augmentation, and the last stage too. */
export const TRAIN_PRESETS = ['head', 'finetune'] as const;
export type TrainPreset = (typeof TRAIN_PRESETS)[number];

/** What a preset decides; all other settings stay as they are, and make no run a custom one. */
export type PresetSettings = Pick<TrainSettings, 'augmentation' | 'fineTune'>;

const SETTINGS_OF: Readonly<Record<TrainPreset, PresetSettings>> = {
  head: { augmentation: null, fineTune: null },
  finetune: { augmentation: DEFAULT_AUGMENTATION, fineTune: DEFAULT_FINE_TUNE },
};

/** The change of the settings that makes them those of the preset. */
export function applyPreset(name: TrainPreset): PresetSettings {
  return SETTINGS_OF[name];
}

/** Whether two groups of settings say the same, value by value; null equals null only. */
export function isSameGroup<Group extends object>(one: Group | null, other: Group | null): boolean {
  if (one === null || other === null) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Group>;
  return [...keys].every((key) => Object.is(one[key], other[key]));
}

/** The preset that says what the settings say; `custom` where none does. */
export function presetOf({ augmentation, fineTune }: PresetSettings): TrainPreset | 'custom' {
  const found = TRAIN_PRESETS.find((name) => {
    const preset = SETTINGS_OF[name];
    return isSameGroup(augmentation, preset.augmentation) && isSameGroup(fineTune, preset.fineTune);
  });
  return found ?? 'custom';
}
