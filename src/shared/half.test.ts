import { describe, expect, it } from 'vitest';
import { decodeHalf, encodeHalf } from './half.ts';

const KNOWN: readonly (readonly [bits: number, value: number])[] = [
  [0x0000, 0],
  [0x8000, -0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x3555, 0.333251953125],
  [0x7bff, 65_504],
  [0x0001, 2 ** -24],
  [0x83ff, -(2 ** -14) * (1023 / 1024)],
  [0x0400, 2 ** -14],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
];

describe('decodeHalf', () => {
  it('decodes normal, subnormal and infinite values', () => {
    const decoded = decodeHalf(Uint16Array.from(KNOWN, ([bits]) => bits));
    expect([...decoded]).toEqual(KNOWN.map(([, value]) => value));
  });

  it('decodes every NaN as NaN', () => {
    expect([...decodeHalf(Uint16Array.of(0x7e00, 0xfe00, 0x7c01, 0xffff))].every(Number.isNaN)).toBe(true);
  });
});

describe('encodeHalf', () => {
  it('encodes what can be told exactly', () => {
    expect([...encodeHalf(Float32Array.from(KNOWN, ([, value]) => value))]).toEqual(
      KNOWN.map(([bits]) => bits),
    );
  });

  it('keeps NaN', () => {
    expect(decodeHalf(encodeHalf(Float32Array.of(Number.NaN)))[0]).toBeNaN();
  });

  it('rounds to nearest, ties to even, and overflows to infinity', () => {
    const between = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_519, 65_520, 2 ** -25, 2 ** -25 * 1.5];
    expect([...encodeHalf(Float64Array.from(between))]).toEqual([
      0x3c00, 0x3c02, 0x7bff, 0x7c00, 0x0000, 0x0001,
    ]);
  });

  it('gives back every finite bit pattern', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    expect(encodeHalf(decodeHalf(all))).toEqual(all);
  });
});
