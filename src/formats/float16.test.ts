import { getFloat16 } from '@petamoriken/float16';
import { describe, expect, it } from 'vitest';
import { decodeHalf } from '../shared/half.ts';
import { toFloat16IfExact } from './float16.ts';

const ALL = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

describe('decodeHalf', () => {
  it('agrees with an independent decoder on every bit pattern', () => {
    const view = new DataView(ALL.buffer);
    const values = decodeHalf(ALL);
    const wrong = [...ALL].filter((half) => !Object.is(values[half], getFloat16(view, 2 * half, true)));
    expect(wrong).toEqual([]);
  });
});

describe('toFloat16IfExact', () => {
  it('gives back every finite bit pattern, signed zeros and subnormals included', () => {
    const finite = ALL.filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(toFloat16IfExact(decodeHalf(finite))).toEqual(finite);
  });

  it.each([
    ['a tenth', 0.1],
    ['one bit too many', 1 + 2 ** -11],
    ['half of the smallest subnormal', 2 ** -25],
    ['a subnormal with one bit too many', 3 * 2 ** -25],
    ['more than the largest', 65_536],
    ['the smallest float32', 2 ** -149],
    ['infinity', Number.POSITIVE_INFINITY],
    ['NaN', Number.NaN],
  ])('refuses %s', (_what, value) => {
    expect(toFloat16IfExact(Float32Array.of(1, value))).toBeNull();
  });
});
