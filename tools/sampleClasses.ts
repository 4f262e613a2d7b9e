/** What is in the sample set: classes that look apart, listed by name so that nothing odd slips in with a category. */

export interface SampleClass {
  readonly className: string;
  /** Drawn in every art style. */
  readonly emoji: readonly string[];
  /** Drawn in one style only, by the style's id. */
  readonly only: Readonly<Record<string, readonly string[]>>;
  readonly hasTones: boolean;
}

/** Skin tones of the hands take turns; null is the yellow one. */
export const HAND_TONES: readonly (string | null)[] = [
  null,
  'light',
  'medium-light',
  'medium',
  'medium-dark',
  'dark',
];

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const CLASSES: readonly SampleClass[] = [
  {
    className: 'animals',
    emoji: words(`
      camel cat crocodile dog duck elephant ewe flamingo goat
      horse kangaroo leopard rabbit rhinoceros rooster tiger turtle zebra`),
    only: {},
    hasTones: false,
  },
  {
    className: 'buildings',
    emoji: words(`
      bank castle church classical-building convenience-store department-store derelict-house factory hospital
      hotel house house-with-garden houses hut japanese-castle mosque office-building school`),
    only: {},
    hasTones: false,
  },
  {
    className: 'faces',
    emoji: words(`
      astonished-face confused-face crying-face face-with-tears-of-joy face-with-tongue frowning-face
      grinning-face kissing-face nerd-face neutral-face pensive-face sleeping-face
      smiling-face-with-heart-eyes smiling-face-with-sunglasses smirking-face star-struck thinking-face winking-face`),
    only: {},
    hasTones: false,
  },
  {
    className: 'flags',
    emoji: words(`
      black-flag chequered-flag crossed-flags pirate-flag transgender-flag triangular-flag white-flag`),
    // Noto and Fluent have no flags of countries, and resvg cannot draw Noto's rainbow.
    only: {
      fluent: ['rainbow-flag'],
      twemoji: words(`
        flag-argentina flag-australia flag-bangladesh flag-brazil flag-cameroon flag-canada flag-chile flag-china
        flag-cuba flag-denmark flag-egypt flag-ethiopia flag-finland flag-france flag-germany flag-ghana
        flag-greece flag-india flag-indonesia flag-italy flag-jamaica flag-japan flag-kenya flag-mexico
        flag-nigeria flag-norway flag-south-africa flag-south-korea flag-sweden flag-switzerland
        rainbow-flag`),
    },
    hasTones: false,
  },
  {
    className: 'hands',
    emoji: words(`
      backhand-index-pointing-down backhand-index-pointing-left
      backhand-index-pointing-up call-me-hand crossed-fingers hand-with-fingers-splayed love-you-gesture ok-hand oncoming-fist
      pinching-hand raised-fist raised-hand sign-of-the-horns thumbs-down thumbs-up victory-hand
      vulcan-salute waving-hand`),
    only: {},
    hasTones: true,
  },
];
