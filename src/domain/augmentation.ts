/** How training pictures are augmented, each time in another way, so that a network learns what does not matter. */

/**
 * Strengths of each kind of change; at 0 (or false) a kind is off. Fractions are of the picture's side unless said
 * otherwise; each change is drawn evenly from −strength to +strength.
 */
export interface AugmentSettings {
  /** Degrees. */
  readonly rotationDegrees: number;
  readonly widthShift: number;
  readonly heightShift: number;
  /** Each with a chance of one half. */
  readonly horizontalFlip: boolean;
  readonly verticalFlip: boolean;
  /** The picture is made larger or smaller by a factor from 1 − zoom to 1 + zoom. */
  readonly zoom: number;
  readonly shearDegrees: number;
  /** Factors from 1 − strength to 1 + strength. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Fraction of the colour circle, at most 0.5. */
  readonly hue: number;
  /** Fraction of the picture's area that a random resized crop leaves out at most, [0, 1). */
  readonly resizedCrop: number;
  /** Pixels, of small pictures as they were before they were enlarged, around which a crop of the same size is moved. */
  readonly cropPaddingPx: number;
  /** Chance, 0–1, that a random rectangle is erased. */
  readonly erasing: number;
  /** α of the Beta distribution from which the fractions of two mixed pictures are drawn; at most one of the two is on. */
  readonly mixUp: number;
  readonly cutMix: number;
  /** Augmented views of each picture whose features are kept, while the network is frozen. From 1. */
  readonly views: number;
}

export const NO_AUGMENTATION: AugmentSettings = {
  rotationDegrees: 0,
  widthShift: 0,
  heightShift: 0,
  horizontalFlip: false,
  verticalFlip: false,
  zoom: 0,
  shearDegrees: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  hue: 0,
  resizedCrop: 0,
  cropPaddingPx: 0,
  erasing: 0,
  mixUp: 0,
  cutMix: 0,
  views: 2,
};

/** Careful changes that most photos bear. */
export const DEFAULT_AUGMENTATION: AugmentSettings = {
  ...NO_AUGMENTATION,
  rotationDegrees: 10,
  widthShift: 0.1,
  heightShift: 0.1,
  horizontalFlip: true,
  zoom: 0.1,
  brightness: 0.1,
  contrast: 0.1,
};
