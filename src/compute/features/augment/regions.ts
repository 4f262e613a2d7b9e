/** Rectangles of random size, shape and place: what is erased, what is pasted, what is cut out. */
import type { Random } from '../../../shared/random.ts';
import type { Pixels } from './warp.ts';

/** Whole pixels; `right` and `bottom` are outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** In fractions of a square's sides. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A rectangle within the square: area drawn evenly, the logarithm of width / height drawn evenly among those that fit,
 * then any place. Four random numbers.
 */
export function drawRegion(
  random: Random,
  [leastArea, mostArea]: readonly [number, number],
  [leastAspect, mostAspect]: readonly [number, number],
): Region {
  const area = leastArea + random.next() * (mostArea - leastArea);
  const from = Math.log(Math.max(leastAspect, area));
  const to = Math.log(Math.min(mostAspect, 1 / area));
  const aspect = Math.exp(from + random.next() * (to - from));
  const width = Math.min(1, Math.sqrt(area * aspect));
  const height = Math.min(1, Math.sqrt(area / aspect));
  return { left: random.next() * (1 - width), top: random.next() * (1 - height), width, height };
}

/** A region in whole pixels. */
export function toBox({ left, top, width, height }: Region, sizePx: number): Box {
  const widthPx = Math.round(width * sizePx);
  const heightPx = Math.round(height * sizePx);
  const leftPx = Math.min(Math.round(left * sizePx), sizePx - widthPx);
  const topPx = Math.min(Math.round(top * sizePx), sizePx - heightPx);
  return { left: leftPx, top: topPx, right: leftPx + widthPx, bottom: topPx + heightPx };
}

export function areaOf({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** Fills a box with random colours, a new one for each pixel, in place (Zhong et al. 2017, "Random erasing", RE-R). */
export function eraseBox(pixels: Pixels, sizePx: number, box: Box, random: Random): void {
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left, at = (y * sizePx + box.left) * 4; x < box.right; x++, at += 4) {
      const color = random.next() * 0x1000000;
      pixels[at] = color & 0xff;
      pixels[at + 1] = (color >>> 8) & 0xff;
      pixels[at + 2] = color >>> 16;
    }
  }
}
