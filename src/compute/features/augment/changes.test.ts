import { describe, expect, it } from 'vitest';
import { type AugmentSettings, DEFAULT_AUGMENTATION } from '../../../domain/augmentation.ts';
import { colourful, grayPixels, OFF, redOf } from '../../../testing/augment/formulaPictures.ts';
import { sourceOfPixels, toExample } from './augmentPicture.ts';
import { augmentPixels, drawChanges, isAugmenting } from './changes.ts';
import { mixOf } from './mix.ts';
import { areaOf } from './regions.ts';

const SIZE_PX = 48;
const SEEDS = Array.from({ length: 500 }, (_, i) => i);
const source = sourceOfPixels(colourful(SIZE_PX), SIZE_PX, 1);
const PLAIN = String(colourful(SIZE_PX));
const drawAll = (settings: Partial<AugmentSettings>) =>
  SEEDS.map((seed) => drawChanges({ ...OFF, ...settings }, seed, SIZE_PX));

const EACH: readonly Partial<AugmentSettings>[] = [
  { rotationDegrees: 20 },
  { widthShift: 0.2 },
  { heightShift: 0.2 },
  { horizontalFlip: true },
  { verticalFlip: true },
  { zoom: 0.2 },
  { shearDegrees: 15 },
  { brightness: 0.3 },
  { contrast: 0.3 },
  { saturation: 0.5 },
  { hue: 0.1 },
  { resizedCrop: 0.7 },
  { cropPaddingPx: 4 },
  { erasing: 1 },
];

describe('augmentPixels', () => {
  it('leaves a picture as it is with everything off, byte for byte', () => {
    for (const seed of SEEDS.slice(0, 20)) expect(String(augmentPixels(source, OFF, seed))).toBe(PLAIN);
  });

  it.each(EACH)('changes by $0 alone, from seed to seed, and the same each time', (strength) => {
    const settings = { ...OFF, ...strength };
    expect(isAugmenting(settings)).toBe(true);
    const seeds = SEEDS.slice(0, 12);
    const draw = () => seeds.map((seed) => String(augmentPixels(source, settings, seed)));
    const examples = draw();
    expect(examples.some((pixels) => pixels !== PLAIN)).toBe(true);
    expect(new Set(examples).size).toBeGreaterThan(1);
    expect(draw().every((pixels, i) => pixels === examples[i])).toBe(true);
    const alphas = augmentPixels(source, settings, 3).filter((_, i) => i % 4 === 3);
    expect(new Set(alphas)).toEqual(new Set([255]));
    expect(String(source.read(null))).toBe(PLAIN);
  });

  it('counts the padding in pixels of the small picture, and in those of the input where it was shrunk', () => {
    const gray = grayPixels(56, (x) => x);
    for (const [enlargement, factor] of [
      [6, 6],
      [0.5, 1],
    ] as const) {
      const settings = { ...OFF, cropPaddingPx: 4 };
      const shifts = SEEDS.slice(0, 40).map((seed) => {
        const pixels = redOf(augmentPixels(sourceOfPixels(gray, 56, enlargement), settings, seed));
        const shift = drawChanges(settings, seed, 56).padding ?? { shiftX: 0, shiftY: 0 };
        const [x, y] = [shift.shiftX * factor, shift.shiftY * factor];
        // Far enough from every edge, whatever the shift is.
        expect(pixels[28 * 56 + 28]).toBe(28 - x);
        expect(pixels[Math.max(0, y) * 56 + 28]).toBe(28 - x);
        if (y > 0) expect(pixels[(y - 1) * 56 + 28]).toBe(0);
        return x;
      });
      expect(new Set(shifts.map((shift) => shift / factor)).size).toBe(9);
    }
  });
});

describe('drawChanges', () => {
  it('draws each strength evenly, from − to +', () => {
    const settings = { rotationDegrees: 20, widthShift: 0.2, heightShift: 0.1, shearDegrees: 5, zoom: 0.3 };
    const movements = drawAll(settings).flatMap(({ movement }) => movement ?? []);
    expect(movements).toHaveLength(SEEDS.length);
    const bounds: readonly [readonly number[], number][] = [
      [movements.map(({ rotationDegrees }) => rotationDegrees), 20],
      [movements.map(({ shiftX }) => shiftX), 0.2],
      [movements.map(({ shiftY }) => shiftY), 0.1],
      [movements.map(({ shearDegrees }) => shearDegrees), 5],
      [movements.map(({ zoom }) => zoom - 1), 0.3],
    ];
    for (const [values, strength] of bounds) {
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(strength + 1e-12);
      expect(Math.max(...values)).toBeGreaterThan(0.95 * strength);
      expect(Math.min(...values)).toBeLessThan(-0.95 * strength);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(0.1 * strength);
    }
  });

  it('flips every other picture, in each direction for itself', () => {
    const flips = drawAll({ horizontalFlip: true, verticalFlip: true }).map(({ movement }) =>
      movement ? `${movement.flipX} ${movement.flipY}` : 'false false',
    );
    for (const kind of ['true true', 'true false', 'false true', 'false false']) {
      const fraction = flips.filter((flip) => flip === kind).length / SEEDS.length;
      expect(Math.abs(fraction - 0.25), kind).toBeLessThan(0.07);
    }
  });

  it('cuts out windows of the area and shape that the settings and the papers say', () => {
    for (const resizedCrop of [0.05, 0.5, 0.92]) {
      const areas = drawAll({ resizedCrop }).flatMap(({ window }) => {
        if (!window) return [];
        const { left, top, width, height } = window;
        for (const [from, fraction] of [
          [left, width],
          [top, height],
        ] as const) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from + fraction).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(width / height).toBeGreaterThan(3 / 4 - 1e-9);
        expect(width / height).toBeLessThan(4 / 3 + 1e-9);
        return [width * height];
      });
      expect(areas).toHaveLength(SEEDS.length);
      expect(Math.min(...areas)).toBeGreaterThanOrEqual(1 - resizedCrop - 1e-9);
      expect(Math.min(...areas)).toBeLessThan(1 - 0.95 * resizedCrop);
      expect(Math.max(...areas)).toBeLessThanOrEqual(1);
    }
  });

  it('erases as often as the chance says, 2 to 33 % of the pixels', () => {
    const erased = drawAll({ erasing: 0.3 }).flatMap((changes) => changes.erased ?? []);
    expect(Math.abs(erased.length / SEEDS.length - 0.3)).toBeLessThan(0.06);
    for (const { box } of drawAll({ erasing: 1 }).flatMap((changes) => changes.erased ?? [])) {
      // Sides are whole pixels, half a pixel off at most.
      const fraction = areaOf(box) / SIZE_PX ** 2;
      expect(fraction).toBeGreaterThan(0.01);
      expect(fraction).toBeLessThan(0.36);
      expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
      expect(Math.max(box.right, box.bottom)).toBeLessThanOrEqual(SIZE_PX);
    }
  });

  it('erases to random values inside the box and leaves the rest', () => {
    const gray = sourceOfPixels(
      grayPixels(SIZE_PX, () => 77),
      SIZE_PX,
      1,
    );
    const settings = { ...OFF, erasing: 1 };
    const { erased } = drawChanges(settings, 4, SIZE_PX);
    const changed = redOf(augmentPixels(gray, settings, 4)).flatMap((value, i) => (value === 77 ? [] : [i]));
    const { left, top, right, bottom } = erased?.box ?? { left: 0, top: 0, right: 0, bottom: 0 };
    for (const i of changed) {
      expect(i % SIZE_PX >= left && i % SIZE_PX < right && i >= top * SIZE_PX && i < bottom * SIZE_PX).toBe(
        true,
      );
    }
    // One value in 256 is the old one by chance.
    expect(changed.length).toBeGreaterThan(0.95 * (right - left) * (bottom - top));
  });

  it('leaves the numbers of a kind as they are when another one is switched on or gets stronger', () => {
    const one = drawChanges({ ...DEFAULT_AUGMENTATION, zoom: 0, erasing: 0 }, 7, SIZE_PX);
    const other = drawChanges(
      { ...DEFAULT_AUGMENTATION, zoom: 0.4, erasing: 1, resizedCrop: 0.5 },
      7,
      SIZE_PX,
    );
    expect(other.colours).toEqual(one.colours);
    expect({ ...other.movement, zoom: 1 }).toEqual({ ...one.movement, zoom: 1 });
  });

  it('knows when nothing is on', () => {
    expect(isAugmenting(OFF)).toBe(false);
    expect(isAugmenting({ ...OFF, views: 9 })).toBe(false);
    expect(isAugmenting({ ...OFF, cutMix: 1 })).toBe(true);
  });
});

describe('toExample', () => {
  const partner = {
    source: sourceOfPixels(
      grayPixels(SIZE_PX, () => 9),
      SIZE_PX,
      1,
    ),
    seed: 99,
  };

  it('mixes what both pictures became, each by its own seed', () => {
    const settings = { ...DEFAULT_AUGMENTATION, brightness: 0, contrast: 0, cutMix: 1 };
    const own = augmentPixels(source, settings, 5);
    const pixels = redOf(toExample(source, partner, settings, 5));
    const box = mixOf(settings, 5, SIZE_PX)?.box;
    const expected = redOf(own).map((value, i) => {
      const [x, y] = [i % SIZE_PX, Math.floor(i / SIZE_PX)];
      return box && x >= box.left && x < box.right && y >= box.top && y < box.bottom ? 9 : value;
    });
    expect(pixels).toEqual(expected);
    expect(expected).toContain(9);
  });

  it('leaves a picture without a partner, and one whose settings mix nothing, unmixed', () => {
    const settings = { ...OFF, mixUp: 1 };
    expect(String(toExample(source, null, settings, 5))).toBe(PLAIN);
    expect(String(toExample(source, partner, OFF, 5))).toBe(PLAIN);
    expect(String(toExample(source, partner, settings, 5))).not.toBe(PLAIN);
  });
});

describe('a crop from input pixels', () => {
  it('is the part that was asked for, enlarged', () => {
    const ramp = sourceOfPixels(
      grayPixels(40, (x) => x * 4),
      40,
      1,
    );
    const pixels = redOf(ramp.read({ left: 0.25, top: 0.5, width: 0.5, height: 0.25 }));
    for (let x = 0; x < 40; x++) {
      // The centre of output x lies at 10 + (x + 0.5) / 2 of the ramp.
      expect(Math.abs((pixels[20 * 40 + x] ?? 0) - (10 + (x + 0.5) / 2 - 0.5) * 4)).toBeLessThanOrEqual(0.5);
    }
  });
});
