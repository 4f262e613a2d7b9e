import { describe, expect, it } from 'vitest';
import type { SplitName } from '../domain/picture.ts';
import { type SeenPictures, seenAfter, seenOf } from '../domain/seenPictures.ts';
import { leaveOutSeen } from './leaveOutSeen.ts';

const shown = (split: SplitName, ...hashes: readonly string[]) => hashes.map((hash) => ({ hash, split }));
const hashesOf = (
  examples: readonly { readonly hash: string; readonly split: SplitName }[],
  name: SplitName,
) => examples.filter(({ split }) => split === name).map(({ hash }) => hash);

const TODAY = [
  ...shown('train', 'a', 'b', 'c', 'd'),
  ...shown('validation', 'e', 'f', 'g'),
  ...shown('test', 'h', 'i', 'j', 'k'),
];

describe('what checks a run', () => {
  it('is all that is kept aside where nothing was seen before', () => {
    expect(leaveOutSeen(TODAY, null)).toEqual({ examples: TODAY, seenBefore: null });
    const before = seenAfter([...shown('train', 'a', 'x'), ...shown('validation', 'b')], null);
    expect(leaveOutSeen(TODAY, before)).toEqual({ examples: TODAY, seenBefore: null });
  });

  it('is no test picture that was learned from or chose the best epoch, and no validation picture that was learned from', () => {
    const before = seenAfter([...shown('train', 'e', 'h', 'x'), ...shown('validation', 'f', 'i')], null);
    const { examples, seenBefore } = leaveOutSeen(TODAY, before);
    expect(hashesOf(examples, 'train')).toEqual(['a', 'b', 'c', 'd']);
    expect(hashesOf(examples, 'validation')).toEqual(['f', 'g']);
    expect(hashesOf(examples, 'test')).toEqual(['j', 'k']);
    expect(seenBefore).toEqual({ test: 2, validation: 1, isValidationSeen: false, isUnknown: false });
  });

  it('may be no test picture at all, but the validation stays where none of it is new', () => {
    const before = seenAfter(shown('train', ...'efghijk'), null);
    const { examples, seenBefore } = leaveOutSeen(TODAY, before);
    expect(hashesOf(examples, 'validation')).toEqual(['e', 'f', 'g']);
    expect(hashesOf(examples, 'test')).toEqual([]);
    expect(seenBefore).toEqual({ test: 4, validation: 0, isValidationSeen: true, isUnknown: false });
  });

  it('is not what the run itself learns from: folders may have a picture in two splits', () => {
    const twice = [...TODAY, ...shown('validation', 'a'), ...shown('test', 'b', 'g')];
    const { examples, seenBefore } = leaveOutSeen(twice, null);
    expect(examples).toEqual(TODAY);
    expect(seenBefore).toEqual({ test: 2, validation: 1, isValidationSeen: false, isUnknown: false });
  });

  it('may be what an older model has learned from, which does not tell', () => {
    const unknown: SeenPictures = seenOf({});
    expect(leaveOutSeen(TODAY, unknown)).toEqual({
      examples: TODAY,
      seenBefore: { test: 0, validation: 0, isValidationSeen: false, isUnknown: true },
    });
  });
});
