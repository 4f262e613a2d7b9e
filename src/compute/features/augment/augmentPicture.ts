/** From a picture's bytes to the pixels of one augmented view. */
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import type { ResizeMethod } from '../../../domain/picture.ts';
import { decodePicture } from '../decode.ts';
import { keptSidePx, toInputPixels } from '../pixels.ts';
import { createResampler, createTaps, tapRange } from '../resample.ts';
import { augmentPixels, type PixelSource } from './changes.ts';
import { mixInto, mixOf } from './mix.ts';
import type { Region } from './regions.ts';
import type { Pixels } from './warp.ts';

/** A picture to augment: the same one always comes to the same pixels. */
export interface AugmentedPicture {
  readonly blob: Blob;
  readonly augment: AugmentSettings;
  readonly seed: number;
  /** Augmented by its own seed and mixed in, as `mixOf` says; null: nothing is. */
  readonly partner: { readonly blob: Blob; readonly seed: number } | null;
}

/** Reads from the bitmap itself, so that a crop is as sharp as the picture. The whole is resampled once. */
export function sourceOfBitmap(bitmap: ImageBitmap, sizePx: number, resize: ResizeMethod): PixelSource {
  const { width, height } = bitmap;
  const shorterPx = Math.min(width, height);
  let whole: Pixels | null = null;
  return {
    sizePx,
    enlargement: sizePx / keptSidePx(shorterPx, shorterPx, resize),
    read(window) {
      if (window) return toInputPixels(bitmap, sizePx, resize, window);
      whole ??= toInputPixels(bitmap, sizePx, resize);
      return whole.slice();
    },
  };
}

/**
 * Reads from input pixels where nothing else is left of the picture.
 * @param enlargement as of the picture that they came from
 */
export function sourceOfPixels(whole: Pixels, sizePx: number, enlargement: number): PixelSource {
  return {
    sizePx,
    enlargement,
    read: (window) => (window ? cropPixels(whole, sizePx, window) : whole.slice()),
  };
}

/** Enlarges a part of the pixels by the filter of the one path from picture to network. */
function cropPixels(pixels: Pixels, sizePx: number, { left, top, width, height }: Region): Pixels {
  const columns = createTaps(sizePx, left * sizePx, width, sizePx);
  const rows = createTaps(sizePx, top * sizePx, height, sizePx);
  const resampler = createResampler(columns, rows, 0);
  const line = new Float32Array(sizePx * 3);
  const [from, to] = tapRange(rows);
  for (let y = from; y < to; y++) {
    for (let x = 0, at = y * sizePx * 4; x < line.length; x += 3, at += 4) {
      line[x] = pixels[at] as number;
      line[x + 1] = pixels[at + 1] as number;
      line[x + 2] = pixels[at + 2] as number;
    }
    resampler.addLine(y, line);
  }
  return resampler.toPixels();
}

/** One augmented view, mixed with one of the partner's where the settings mix and there is a partner. */
export function toExample(
  source: PixelSource,
  partner: { readonly source: PixelSource; readonly seed: number } | null,
  settings: AugmentSettings,
  seed: number,
): Pixels {
  const pixels = augmentPixels(source, settings, seed);
  const mix = partner && mixOf(settings, seed, source.sizePx);
  if (mix) mixInto(pixels, augmentPixels(partner.source, settings, partner.seed), source.sizePx, mix);
  return pixels;
}

/** Decodes a picture, hands it to `work` and lets go of it. @throws AppError as `decodePicture` */
export async function withSource<T>(
  blob: Blob,
  sizePx: number,
  resize: ResizeMethod,
  work: (source: PixelSource) => T | Promise<T>,
): Promise<T> {
  const bitmap = await decodePicture(blob);
  try {
    return await work(sourceOfBitmap(bitmap, sizePx, resize));
  } finally {
    bitmap.close();
  }
}

/**
 * The network's input, as pixels, of a picture that is augmented.
 * @throws AppError `pictureUnreadable`, `pictureTooLarge`, of the picture or of its partner
 */
export function toAugmentedPixels(
  { blob, augment, seed, partner }: AugmentedPicture,
  sizePx: number,
  resize: ResizeMethod,
): Promise<Pixels> {
  return withSource(blob, sizePx, resize, (source) => {
    if (!partner || !mixOf(augment, seed, sizePx)) return toExample(source, null, augment, seed);
    return withSource(partner.blob, sizePx, resize, (other) =>
      toExample(source, { source: other, seed: partner.seed }, augment, seed),
    );
  });
}
