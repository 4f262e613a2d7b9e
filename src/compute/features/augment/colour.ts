/** Changes of light and colour, in place. */
import type { Pixels } from './warp.ts';

export interface ColourChange {
  /** Factors: 1 leaves it as it is. */
  readonly brightness: number;
  /** Of the distance from the picture's mean gray. */
  readonly contrast: number;
  /** Of the distance from the pixel's own gray. */
  readonly saturation: number;
  /** Fraction of the colour circle to go round by, from red towards green; −0.5 to 0.5. */
  readonly hue: number;
}

/** Gray of a colour (ITU-R BT.601, as `L` of Pillow and the colour jitter of torchvision have it). */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];

function meanGray(pixels: Pixels): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    red += pixels[i] as number;
    green += pixels[i + 1] as number;
    blue += pixels[i + 2] as number;
  }
  return (RED * red + GREEN * green + BLUE * blue) / (pixels.length / 4);
}

/**
 * Brightness, then contrast, then saturation, then hue, as torchvision's `ColorJitter` defines each; only the end of
 * the first three is clamped to 0–255.
 */
export function changeColours(pixels: Pixels, { brightness, contrast, saturation, hue }: ColourChange): void {
  const factor = brightness * contrast;
  const offset = contrast === 1 ? 0 : (1 - contrast) * brightness * meanGray(pixels);
  for (let i = 0; i < pixels.length; i += 4) {
    const red = factor * (pixels[i] as number) + offset;
    const green = factor * (pixels[i + 1] as number) + offset;
    const blue = factor * (pixels[i + 2] as number) + offset;
    const gray = (1 - saturation) * (RED * red + GREEN * green + BLUE * blue);
    pixels[i] = saturation * red + gray;
    pixels[i + 1] = saturation * green + gray;
    pixels[i + 2] = saturation * blue + gray;
  }
  if (hue !== 0) turnHues(pixels, hue);
}

/** HSV with another hue: the largest and the smallest channel's values stay (Smith 1978, "Color gamut transform pairs"). */
function turnHues(pixels: Pixels, fraction: number): void {
  for (let i = 0; i < pixels.length; i += 4) {
    const red = pixels[i] as number;
    const green = pixels[i + 1] as number;
    const blue = pixels[i + 2] as number;
    const most = Math.max(red, green, blue);
    const chroma = most - Math.min(red, green, blue);
    if (chroma === 0) continue;
    let sector: number;
    if (most === red) sector = (green - blue) / chroma;
    else if (most === green) sector = 2 + (blue - red) / chroma;
    else sector = 4 + (red - green) / chroma;
    const turned = (((sector + fraction * 6) % 6) + 6) % 6;
    pixels[i] = channelAt(turned + 5, most, chroma);
    pixels[i + 1] = channelAt(turned + 3, most, chroma);
    pixels[i + 2] = channelAt(turned + 1, most, chroma);
  }
}

/** A channel of HSV by its place on the circle, in sixths. */
function channelAt(place: number, most: number, chroma: number): number {
  const k = place >= 6 ? place - 6 : place;
  return most - chroma * Math.max(0, Math.min(k, 4 - k, 1));
}
