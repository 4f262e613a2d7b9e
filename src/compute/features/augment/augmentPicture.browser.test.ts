import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION } from '../../../domain/augmentation.ts';
import {
  bitmapOf,
  fileOf,
  grayPixels,
  OFF,
  pixelsOf,
  redOf,
} from '../../../testing/augment/formulaPictures.ts';
import { RESIZE, toInputPixels } from '../pixels.ts';
import { sourceOfBitmap, toAugmentedPixels } from './augmentPicture.ts';
import { drawChanges } from './changes.ts';
import { mixOf } from './mix.ts';

const SIZE_PX = 16;

/** Stripes of one pixel, which every shrinking takes away. */
const stripes = grayPixels(256, (x) => (x % 2) * 255);

describe('a crop from the bitmap', () => {
  it('is as sharp as the picture: a window of the input size shows its very pixels', async () => {
    const source = sourceOfBitmap(await bitmapOf(stripes), SIZE_PX, RESIZE);
    expect(new Set(redOf(source.read(null)))).not.toContain(255);
    const fraction = SIZE_PX / 256;
    const pixels = redOf(source.read({ left: 0.25, top: 0.5, width: fraction, height: fraction }));
    expect(pixels).toEqual(redOf(grayPixels(SIZE_PX, (x) => (x % 2) * 255)));
  });

  it('is the part of what the network sees that was asked for', async () => {
    const wide = await createImageBitmap(
      await bitmapOf(grayPixels(200, (x, y) => Math.max(x, y))),
      0,
      50,
      200,
      100,
    );
    // The network sees columns 50 to 150 and rows 50 to 150; the lower right quarter of that is asked for.
    const pixels = redOf(toInputPixels(wide, 50, RESIZE, { left: 0.5, top: 0.5, width: 0.5, height: 0.5 }));
    expect([pixels[0], pixels[49], pixels[49 * 50]]).toEqual([100, 149, 149]);
  });
});

describe('toAugmentedPixels', () => {
  const ramp = pixelsOf(40, (x, y) => [x * 6, y * 6, 255 - x * 6]);

  it('is the one path from file to pixels, byte for byte, with everything off', async () => {
    const pixels = await toAugmentedPixels(
      { blob: await fileOf(ramp), augment: OFF, seed: 5, partner: null },
      SIZE_PX,
      RESIZE,
    );
    expect(pixels).toEqual(toInputPixels(await bitmapOf(ramp), SIZE_PX, RESIZE));
  });

  it('gives the same pixels for a seed each time, and others for another', async () => {
    const blob = await fileOf(ramp);
    const augment = { ...DEFAULT_AUGMENTATION, resizedCrop: 0.5, hue: 0.1, erasing: 0.5 };
    const draw = (seed: number) => toAugmentedPixels({ blob, augment, seed, partner: null }, SIZE_PX, RESIZE);
    const first = await draw(1);
    expect(await draw(1)).toEqual(first);
    expect(await draw(2)).not.toEqual(first);
  });

  it('knows how far a small picture was enlarged', async () => {
    const augment = { ...OFF, cropPaddingPx: 2 };
    const blob = await fileOf(grayPixels(8, () => 200));
    const seed =
      [1, 2, 3, 4, 5, 6].find((one) => (drawChanges(augment, one, 32).padding?.shiftX ?? 0) > 0) ?? 0;
    const shiftX = drawChanges(augment, seed, 32).padding?.shiftX ?? 0;
    const pixels = redOf(await toAugmentedPixels({ blob, augment, seed, partner: null }, 32, RESIZE));
    expect(pixels.slice(16 * 32, 17 * 32).filter((value) => value === 0)).toHaveLength(shiftX * 4);
  });

  it('pastes as much of the partner as mixOf says', async () => {
    const [blob, other] = await Promise.all([
      fileOf(grayPixels(8, () => 10)),
      fileOf(grayPixels(9, () => 90)),
    ]);
    const augment = { ...OFF, cutMix: 1 };
    for (const seed of [1, 2, 3]) {
      const pixels = redOf(
        await toAugmentedPixels({ blob, augment, seed, partner: { blob: other, seed: 1 } }, SIZE_PX, RESIZE),
      );
      const own = pixels.filter((value) => value === 10).length;
      expect(own / pixels.length).toBe(mixOf(augment, seed, SIZE_PX)?.fraction);
      expect(pixels.filter((value) => value === 90)).toHaveLength(pixels.length - own);
    }
  });

  it('says so when the picture or its partner cannot be read', async () => {
    const blob = await fileOf(ramp);
    const broken = new Blob(['no picture']);
    const augment = { ...OFF, mixUp: 1 };
    for (const [own, partner] of [
      [broken, blob],
      [blob, broken],
    ] as const) {
      const pixels = toAugmentedPixels(
        { blob: own, augment, seed: 1, partner: { blob: partner, seed: 2 } },
        SIZE_PX,
        RESIZE,
      );
      await expect(pixels).rejects.toMatchObject({ code: 'pictureUnreadable' });
    }
  });
});
