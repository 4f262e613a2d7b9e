import { describe, expect, it } from 'vitest';
import { featureSourceOf } from './featureSource.ts';

const INFO = {
  id: 'resnet50',
  fingerprint: '0123456789abcdef0123456789abcdef',
  inputSizePx: 224,
  featureCount: 2048,
  resize: { fit: 'centerCrop', cropShare: 1, version: 1 },
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
