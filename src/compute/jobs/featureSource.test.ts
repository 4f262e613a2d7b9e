import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../domain/augmentation.ts';
import { AUGMENTED_PREFIX, augmentedPrefixOf, augmentedSourceOf, featureSourceOf } from './featureSource.ts';

const INFO = {
  id: 'resnet50',
  fingerprint: '0123456789abcdef0123456789abcdef',
  inputSizePx: 224,
  featureCount: 2048,
  resize: { fit: 'centerCrop', cropFraction: 1, version: 1 },
} as const;

describe('featureSourceOf', () => {
  it('names float32 features as they were named before there were others, so that kept ones stay in use', () => {
    expect(featureSourceOf(INFO, 'float32', 'aaaa')).toBe('resnet50:0123456789abcdef:224:centerCrop:1:v1');
    expect(featureSourceOf(INFO, 'float32', 'bbbb')).toBe(featureSourceOf(INFO, 'float32', 'aaaa'));
  });

  it('differs with the arithmetic, the ranges, the weights and the way of resizing', () => {
    const names = [
      featureSourceOf(INFO, 'float32', 'aaaa'),
      featureSourceOf(INFO, 'int8', 'aaaa'),
      featureSourceOf(INFO, 'int8', 'bbbb'),
      featureSourceOf({ ...INFO, fingerprint: 'ffff' }, 'int8', 'aaaa'),
      featureSourceOf({ ...INFO, resize: { ...INFO.resize, version: 2 } }, 'int8', 'aaaa'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('augmentedSourceOf', () => {
  const augmentation = DEFAULT_AUGMENTATION;
  const named = (change: object, seed = 1, view = 0, plain = 'plain') =>
    augmentedSourceOf(plain, { augmentation: { ...augmentation, ...change }, seed }, view);

  it('differs with every strength, the seed, the view and the source of the plain features', () => {
    const names = [named({}), named({}, 2), named({}, 1, 1), named({}, 1, 0, 'other'), named({ zoom: 0.3 })];
    names.push(named({ horizontalFlip: false }), named({ mixUp: 0.2 }), named({ cutMix: 0.2 }));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.startsWith(AUGMENTED_PREFIX)).toBe(true);
  });

  it('does not with how many views there are, nor with the order of the settings', () => {
    expect(named({ views: 7 })).toBe(named({}));
    const reversed = Object.fromEntries(Object.entries(augmentation).reverse()) as typeof augmentation;
    expect(augmentedPrefixOf({ augmentation: reversed, seed: 1 })).toBe(
      augmentedPrefixOf({ augmentation, seed: 1 }),
    );
    expect(named({}).startsWith(augmentedPrefixOf({ augmentation, seed: 1 }))).toBe(true);
  });
});
