import { describe, expect, it } from 'vitest';
import { SetupError } from '../say.ts';
import { readDecodingOptions } from './decodingOptions.ts';

describe('readDecodingOptions', () => {
  it('takes a dozen pictures of 48 megapixels unless told', () => {
    expect(readDecodingOptions([])).toEqual({ pictures: 12, megapixels: 48, dist: null, json: false });
    expect(readDecodingOptions(['--pictures', '20', '--megapixels', '12.5'])).toMatchObject({
      pictures: 20,
      megapixels: 12.5,
    });
  });

  it.each([
    ['--pictures', '3'],
    ['--pictures', 'many'],
    ['--megapixels', '0'],
    ['--megapixels', '500'],
    ['--seconds', '3'],
  ])('says what is wrong with %s %s', (...args) => {
    expect(() => readDecodingOptions(args)).toThrow(SetupError);
  });
});
