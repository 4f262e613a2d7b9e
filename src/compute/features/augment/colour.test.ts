import { describe, expect, it } from 'vitest';
import { colourful } from '../../../testing/augment/formulaPictures.ts';
import { type ColourChange, changeColours } from './colour.ts';

const SAME: ColourChange = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

function changed(pixels: readonly number[], change: Partial<ColourChange>): number[] {
  const copy = new Uint8ClampedArray(pixels);
  changeColours(copy, { ...SAME, ...change });
  return [...copy];
}

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];

describe('changeColours', () => {
  it('leaves colours as they are at factors of 1', () => {
    const picture = [...colourful(16)];
    expect(changed(picture, {})).toEqual(picture);
  });

  it('multiplies by the brightness, up to white', () => {
    expect(changed([100, 50, 200, 255], { brightness: 1.5 })).toEqual([150, 75, 255, 255]);
    expect(changed([100, 50, 200, 255], { brightness: 0 })).toEqual([0, 0, 0, 255]);
  });

  it('stretches contrast about the mean gray of the brightened picture', () => {
    const grays = [100, 100, 100, 255, 140, 140, 140, 255];
    expect(changed(grays, { contrast: 0.5 })).toEqual([110, 110, 110, 255, 130, 130, 130, 255]);
    expect(changed(grays, { contrast: 2, brightness: 0.5 })).toEqual([40, 40, 40, 255, 80, 80, 80, 255]);
    // Gray of pure green is 149.685; half of the way there.
    expect(changed(GREEN, { contrast: 0.5 })).toEqual([75, 202, 75, 255]);
  });

  it('takes saturation away to the gray of the pixel', () => {
    expect(changed([...RED, ...BLUE], { saturation: 0 })).toEqual([76, 76, 76, 255, 29, 29, 29, 255]);
    // Gray 116.3.
    expect(changed([100, 120, 140, 255], { saturation: 2 })).toEqual([84, 124, 164, 255]);
  });

  it('turns hues round the circle, and not grays', () => {
    expect(changed(RED, { hue: 1 / 3 })).toEqual(GREEN);
    expect(changed(RED, { hue: -1 / 3 })).toEqual(BLUE);
    expect(changed(BLUE, { hue: 1 / 3 })).toEqual(RED);
    expect(changed(RED, { hue: 1 / 6 })).toEqual([255, 255, 0, 255]);
    expect(changed([200, 100, 150, 255], { hue: 0.5 })).toEqual([100, 200, 150, 255]);
    expect(changed([90, 90, 90, 255], { hue: 0.3 })).toEqual([90, 90, 90, 255]);
  });

  it('turns every hue a whole round back to itself', () => {
    const picture = [...colourful(16)];
    expect(changed(picture, { hue: 1 })).toEqual(picture);
  });
});
