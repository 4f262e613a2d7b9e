import { describe, expect, it } from 'vitest';
import { colourful, grayPixels, redOf } from '../../../testing/augment/formulaPictures.ts';
import { affineOf, cropPadded, type Movement, warp } from './warp.ts';

const STILL: Movement = {
  ...{ rotationDegrees: 0, shiftX: 0, shiftY: 0, shearDegrees: 0, zoom: 1, flipX: false, flipY: false },
};

/** A 4 × 4 picture that counts its pixels. */
const counted = grayPixels(4, (x, y) => y * 4 + x);
const moved = (movement: Partial<Movement>, pixels = counted, sizePx = 4) =>
  warp(pixels, sizePx, affineOf({ ...STILL, ...movement }, sizePx));

describe('warp', () => {
  it('leaves a picture that does not move as it is, byte for byte', () => {
    const picture = colourful(31);
    expect(moved({}, picture, 31)).toEqual(picture);
  });

  it.each([
    ['flips sideways', { flipX: true }, [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]],
    ['flips upside down', { flipY: true }, [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]],
    ['turns clockwise', { rotationDegrees: 90 }, [12, 8, 4, 0, 13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3]],
    [
      'shifts to the right and repeats the edge',
      { shiftX: 0.25 },
      [0, 0, 1, 2, 4, 4, 5, 6, 8, 8, 9, 10, 12, 12, 13, 14],
    ],
    [
      'shifts up and repeats the edge',
      { shiftY: -0.5 },
      [8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15],
    ],
    [
      'shears: a row half a pixel or one and a half from the middle by as much',
      { shearDegrees: 45 },
      // Row 0 moves 1.5 to the left, row 1 by 0.5; row 2 moves 0.5 to the right, row 3 by 1.5. Halves are rounded.
      [1.5, 2.5, 3, 3, 4.5, 5.5, 6.5, 7, 8, 8.5, 9.5, 10.5, 12, 12, 12.5, 13.5],
    ],
    [
      'zooms into the middle',
      { zoom: 2 },
      // Output centres lie at 0.75, 1.25, 1.75 and 2.25 of the picture's pixels, counted from their centres.
      [0.75, 1.25, 1.75, 2.25].flatMap((y) => [0.75, 1.25, 1.75, 2.25].map((x) => y * 4 + x)),
    ],
  ])('%s', (_, movement, expected) => {
    const actual = redOf(moved(movement));
    const errors = actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.5);
  });

  it('flips before it turns, and shifts last', () => {
    const steps = moved({ shiftX: 0.25 }, moved({ rotationDegrees: 90 }, moved({ flipX: true })));
    expect(moved({ flipX: true, rotationDegrees: 90, shiftX: 0.25 })).toEqual(steps);
  });

  it('makes what is seen smaller below 1, with the edge around it', () => {
    const picture = grayPixels(8, (x, y) => (x > 0 && y > 0 && x < 7 && y < 7 ? 200 : 10));
    const small = redOf(moved({ zoom: 0.5 }, picture, 8));
    expect([small[0], small[27], small[2 * 8 + 2]]).toEqual([10, 200, 10 + 190 * 0.25].map(Math.round));
  });
});

describe('a crop out of the padded picture', () => {
  it('moves by whole pixels with black around', () => {
    expect(redOf(cropPadded(counted, 4, 1, 2))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 4, 5, 6]);
    expect(redOf(cropPadded(counted, 4, -3, -1))).toEqual([7, 0, 0, 0, 11, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('is opaque, keeps all channels, and is black where nothing is left', () => {
    const picture = colourful(6);
    expect(cropPadded(picture, 6, 0, 0)).toEqual(picture);
    const gone = cropPadded(picture, 6, 6, 0);
    expect([...new Set(gone)].sort()).toEqual([0, 255]);
    expect(gone.every((value, i) => value === (i % 4 === 3 ? 255 : 0))).toBe(true);
    expect(cropPadded(picture, 6, 0, -9)).toEqual(gone);
  });
});
