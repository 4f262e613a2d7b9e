import { describe, expect, it } from 'vitest';
import { grayPixels, OFF, redOf } from '../../../testing/augment/formulaPictures.ts';
import { type Mix, mixInto, mixOf } from './mix.ts';

const SIZE_PX = 32;
const SEEDS = Array.from({ length: 400 }, (_, i) => i);
const CUT = { ...OFF, cutMix: 1 };

function mixed(mix: Mix | null, own: number, other: number): number[] {
  const pixels = grayPixels(SIZE_PX, () => own);
  if (mix)
    mixInto(
      pixels,
      grayPixels(SIZE_PX, () => other),
      SIZE_PX,
      mix,
    );
  return redOf(pixels);
}

describe('mixOf', () => {
  it('is null where nothing is mixed', () => {
    expect(mixOf(OFF, 1, SIZE_PX)).toBeNull();
  });

  it('tells the fraction of CutMix that the pixels have', () => {
    for (const seed of SEEDS) {
      const mix = mixOf(CUT, seed, SIZE_PX);
      const own = mixed(mix, 0, 255).filter((value) => value === 0).length;
      expect(mix?.fraction, `seed ${seed}`).toBe(own / SIZE_PX ** 2);
      expect(own).toBeGreaterThan(0);
    }
  });

  it('cuts boxes of all sizes, that lie anywhere', () => {
    const boxes = SEEDS.flatMap((seed) => mixOf(CUT, seed, SIZE_PX)?.box ?? []);
    expect(boxes).toHaveLength(SEEDS.length);
    expect(Math.min(...boxes.map(({ left, top }) => Math.min(left, top)))).toBe(0);
    expect(Math.max(...boxes.map(({ right, bottom }) => Math.max(right, bottom)))).toBe(SIZE_PX);
    const fractions = SEEDS.map((seed) => mixOf(CUT, seed, SIZE_PX)?.fraction ?? 0);
    expect(Math.min(...fractions)).toBeLessThan(0.2);
    expect(Math.max(...fractions)).toBeGreaterThan(0.95);
  });

  it('weighs every pixel of MixUp by the fraction', () => {
    const mix = mixOf({ ...OFF, mixUp: 0.4 }, 3, SIZE_PX);
    expect(mix?.box).toBeNull();
    const expected = Math.round(200 * (mix?.fraction ?? 0) + 40 * (1 - (mix?.fraction ?? 0)));
    expect(new Set(mixed(mix, 200, 40))).toEqual(new Set([expected]));
  });

  it('leaves something of the picture itself, however α is', () => {
    for (const seed of SEEDS) {
      const fractions = [
        { ...OFF, mixUp: 1e-3 },
        { ...OFF, cutMix: 1e-3 },
      ].map((settings) => mixOf(settings, seed, SIZE_PX)?.fraction ?? 0);
      for (const fraction of fractions) {
        expect(fraction).toBeGreaterThan(0);
        expect(fraction).toBeLessThanOrEqual(1);
      }
    }
  });

  it('comes again with the seed and differs from seed to seed', () => {
    const fractions = SEEDS.map((seed) => mixOf({ ...OFF, mixUp: 1 }, seed, SIZE_PX)?.fraction);
    expect(SEEDS.map((seed) => mixOf({ ...OFF, mixUp: 1 }, seed, SIZE_PX)?.fraction)).toEqual(fractions);
    expect(new Set(fractions).size).toBe(SEEDS.length);
  });
});
