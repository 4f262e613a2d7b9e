/** Pictures by formula, small enough to work out by hand what becomes of them. */

import type { Pixels } from '../../compute/features/augment/warp.ts';
import { NO_AUGMENTATION } from '../../domain/augmentation.ts';

/** Gray by place. */
export function grayPixels(sizePx: number, gray: (x: number, y: number) => number): Pixels {
  return pixelsOf(sizePx, (x, y) => [gray(x, y), gray(x, y), gray(x, y)]);
}

export function pixelsOf(sizePx: number, color: (x: number, y: number) => readonly number[]): Pixels {
  const pixels = new Uint8ClampedArray(sizePx * sizePx * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    pixels.set([...color((at / 4) % sizePx, Math.floor(at / 4 / sizePx)), 255], at);
  }
  return pixels;
}

/** Red of each pixel, line by line. */
export function redOf(pixels: Pixels): number[] {
  return [...pixels.filter((_, i) => i % 4 === 0)];
}

/** Colours that differ from pixel to pixel. */
export function colourful(sizePx: number): Pixels {
  return pixelsOf(sizePx, (x, y) => [(x * 37 + y * 11) % 256, (x * 5 + y * 71) % 256, (x * y * 13) % 256]);
}

export const OFF = NO_AUGMENTATION;

/** In browsers only. */
export function bitmapOf(pixels: Pixels): Promise<ImageBitmap> {
  return createImageBitmap(new ImageData(pixels, Math.sqrt(pixels.length / 4)));
}

/** A PNG, which keeps every pixel. In browsers only. */
export async function fileOf(pixels: Pixels): Promise<Blob> {
  const bitmap = await bitmapOf(pixels);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
