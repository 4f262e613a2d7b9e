/** The strengths that a person may set, in groups and with their bounds. The words are in `augment.json`. */
import { type AugmentSettings, DEFAULT_AUGMENTATION, NO_AUGMENTATION } from '../../../domain/augmentation.ts';
import { isSameGroup } from '../../../state/training/presets.ts';

/** Settings whose values are of a type. */
type KeysOf<Value> = {
  [Key in keyof AugmentSettings]: AugmentSettings[Key] extends Value ? Key : never;
}[keyof AugmentSettings];
export type StrengthKey = Exclude<KeysOf<number>, 'mixUp' | 'cutMix' | 'views'>;
export type FlipKey = KeysOf<boolean>;

/** How a strength is told: `fraction` of a side or a factor, `area` of the picture, `chance`, degrees or pixels. */
export type StrengthUnit = 'degrees' | 'fraction' | 'circle' | 'area' | 'chance' | 'pixels';

export interface StrengthField {
  readonly kind: 'strength';
  readonly key: StrengthKey;
  readonly unit: StrengthUnit;
  /** The least is 0: off. */
  readonly max: number;
  readonly step: number;
}

export interface FlipField {
  readonly kind: 'flip';
  readonly key: FlipKey;
}

export type AugmentField = StrengthField | FlipField;
export type AugmentGroup = 'position' | 'colour' | 'cut';

const strength = (key: StrengthKey, unit: StrengthUnit, max: number, step: number): StrengthField => ({
  kind: 'strength',
  ...{ key, unit, max, step },
});

export const AUGMENT_GROUPS: readonly {
  readonly group: AugmentGroup;
  readonly fields: readonly AugmentField[];
}[] = [
  {
    group: 'position',
    fields: [
      strength('rotationDegrees', 'degrees', 180, 5),
      strength('widthShift', 'fraction', 0.5, 0.05),
      strength('heightShift', 'fraction', 0.5, 0.05),
      strength('zoom', 'fraction', 0.5, 0.05),
      strength('shearDegrees', 'degrees', 45, 5),
      { kind: 'flip', key: 'horizontalFlip' },
      { kind: 'flip', key: 'verticalFlip' },
    ],
  },
  {
    group: 'colour',
    fields: [
      strength('brightness', 'fraction', 0.8, 0.05),
      strength('contrast', 'fraction', 0.8, 0.05),
      strength('saturation', 'fraction', 0.8, 0.05),
      strength('hue', 'circle', 0.5, 0.01),
    ],
  },
  {
    group: 'cut',
    fields: [
      strength('resizedCrop', 'area', 0.9, 0.05),
      strength('cropPaddingPx', 'pixels', 16, 1),
      strength('erasing', 'chance', 1, 0.05),
    ],
  },
];

// ---- mixing two pictures --------------------------------------------------------------------------------

export const MIXES = ['none', 'mixUp', 'cutMix'] as const;
export type Mix = (typeof MIXES)[number];
export const ALPHA_RANGE = { min: 0.05, max: 4, step: 0.1, integer: false } as const;
/** As in the papers: MixUp on ImageNet (Zhang et al. 2018, section 3.1), CutMix (Yun et al. 2019, section 3.1). */
const USUAL_ALPHA = { mixUp: 0.2, cutMix: 1 } as const;

export function mixKindOf({ mixUp, cutMix }: Pick<AugmentSettings, 'mixUp' | 'cutMix'>): Mix {
  if (mixUp > 0) return 'mixUp';
  return cutMix > 0 ? 'cutMix' : 'none';
}

/** The change that mixes in this way and no other, with the usual α where none is given. */
export function mixSettings(mix: Mix, alpha?: number): Pick<AugmentSettings, 'mixUp' | 'cutMix'> {
  const off = { mixUp: 0, cutMix: 0 };
  return mix === 'none' ? off : { ...off, [mix]: alpha ?? USUAL_ALPHA[mix] };
}

export const VIEWS_RANGE = { min: 1, max: 20, step: 1, integer: true } as const;

// ---- presets --------------------------------------------------------------------------------------------

export const AUGMENT_PRESETS = ['careful', 'strong', 'small', 'off'] as const;
export type AugmentPreset = (typeof AUGMENT_PRESETS)[number];

const SETTINGS_OF: Readonly<Record<AugmentPreset, AugmentSettings | null>> = {
  careful: DEFAULT_AUGMENTATION,
  strong: {
    ...DEFAULT_AUGMENTATION,
    rotationDegrees: 20,
    widthShift: 0.2,
    heightShift: 0.2,
    zoom: 0.2,
    shearDegrees: 10,
    brightness: 0.2,
    contrast: 0.2,
    saturation: 0.2,
    erasing: 0.25,
  },
  // As ResNets are trained on CIFAR-10 (He et al. 2015, section 4.2).
  small: { ...NO_AUGMENTATION, horizontalFlip: true, cropPaddingPx: 4 },
  off: null,
};

export function augmentPreset(name: AugmentPreset): AugmentSettings | null {
  return SETTINGS_OF[name];
}

/** The preset that the settings are; null: their own. */
export function augmentPresetOf(settings: AugmentSettings | null): AugmentPreset | null {
  return AUGMENT_PRESETS.find((name) => isSameGroup(settings, SETTINGS_OF[name])) ?? null;
}
