/** What is done to one example: the strengths a person sets and the example's seed become numbers here. */
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import { type ColourChange, changeColours } from './colour.ts';
import { type Box, drawRegion, eraseBox, type Region, toBox } from './regions.ts';
import { randomFor } from './seeds.ts';
import { affineOf, cropPadded, type Movement, type Pixels, warp } from './warp.ts';

/** Those that do nothing are null. */
export interface Changes {
  /** The part of the picture that is enlarged to fill the whole. */
  readonly window: Region | null;
  /** Pixels of the picture as it was before it was enlarged; `cropPadded` has their sense. */
  readonly padding: { readonly shiftX: number; readonly shiftY: number } | null;
  readonly movement: Movement | null;
  readonly colours: ColourChange | null;
  readonly erased: { readonly box: Box; readonly noiseSeed: number } | null;
}

/** Of random resized crops (Szegedy et al. 2015, "Going deeper with convolutions", section 6). */
const CROP_ASPECTS = [3 / 4, 4 / 3] as const;
/** Of random erasing (Zhong et al. 2017, section 4.1). */
const ERASED_AREAS = [0.02, 0.33] as const;
const ERASED_ASPECTS = [0.3, 3.3] as const;

/** True where at least one kind of change is on. */
export function isAugmenting({ views: _, ...strengths }: AugmentSettings): boolean {
  return Object.values(strengths).some((strength) => strength !== false && strength !== 0);
}

/**
 * Draws what to do to one example. Each kind takes its random numbers in the same order whatever is on, so that a
 * strength that moves changes its own kind alone.
 */
export function drawChanges(settings: AugmentSettings, seed: number, sizePx: number): Changes {
  return {
    window:
      settings.resizedCrop > 0
        ? drawRegion(randomFor('crop', seed), [1 - settings.resizedCrop, 1], CROP_ASPECTS)
        : null,
    padding: drawPadding(settings, seed),
    movement: drawMovement(settings, seed),
    colours: drawColours(settings, seed),
    erased: drawErased(settings, seed, sizePx),
  };
}

/** Numbers drawn evenly from −strength to +strength. */
function createDrawer(purpose: 'warp' | 'colour', seed: number): (strength: number) => number {
  const random = randomFor(purpose, seed);
  return (strength) => (2 * random.next() - 1) * strength;
}

function drawPadding({ cropPaddingPx }: AugmentSettings, seed: number): Changes['padding'] {
  const random = randomFor('padding', seed);
  const [shiftX, shiftY] = [random.next(), random.next()].map(
    (fraction) => Math.floor(fraction * (2 * cropPaddingPx + 1)) - cropPaddingPx,
  ) as [number, number];
  return shiftX === 0 && shiftY === 0 ? null : { shiftX, shiftY };
}

function drawMovement(settings: AugmentSettings, seed: number): Movement | null {
  const around = createDrawer('warp', seed);
  const movement: Movement = {
    rotationDegrees: around(settings.rotationDegrees),
    shiftX: around(settings.widthShift),
    shiftY: around(settings.heightShift),
    shearDegrees: around(settings.shearDegrees),
    zoom: 1 + around(settings.zoom),
    flipX: around(1) < 0 && settings.horizontalFlip,
    flipY: around(1) < 0 && settings.verticalFlip,
  };
  const { rotationDegrees, shiftX, shiftY, shearDegrees, zoom, flipX, flipY } = movement;
  const isStill = [rotationDegrees, shiftX, shiftY, shearDegrees, zoom - 1].every((value) => value === 0);
  return isStill && !flipX && !flipY ? null : movement;
}

function drawColours(settings: AugmentSettings, seed: number): ColourChange | null {
  const around = createDrawer('colour', seed);
  const colours: ColourChange = {
    brightness: 1 + around(settings.brightness),
    contrast: 1 + around(settings.contrast),
    saturation: 1 + around(settings.saturation),
    hue: around(settings.hue),
  };
  const { brightness, contrast, saturation, hue } = colours;
  return brightness === 1 && contrast === 1 && saturation === 1 && hue === 0 ? null : colours;
}

function drawErased({ erasing }: AugmentSettings, seed: number, sizePx: number): Changes['erased'] {
  const random = randomFor('erasing', seed);
  if (random.next() >= erasing) return null;
  return { box: toBox(drawRegion(random, ERASED_AREAS, ERASED_ASPECTS), sizePx), noiseSeed: seed };
}

/** A picture from which the network's input can be taken, whole or in part. */
export interface PixelSource {
  readonly sizePx: number;
  /** How many input pixels one of the picture's own fills; below 1 where it is shrunk. */
  readonly enlargement: number;
  /** `[sizePx, sizePx, 4]`; the caller may write to it. @param window null: all of it */
  read(window: Region | null): Pixels;
}

/** The pixels of one example, before any mixing. */
export function augmentPixels(source: PixelSource, settings: AugmentSettings, seed: number): Pixels {
  const { sizePx, enlargement } = source;
  const { window, padding, movement, colours, erased } = drawChanges(settings, seed, sizePx);
  let pixels = source.read(window);
  if (padding) {
    const scale = Math.max(1, enlargement);
    const shift = (px: number) => Math.round(px * scale);
    pixels = cropPadded(pixels, sizePx, shift(padding.shiftX), shift(padding.shiftY));
  }
  if (movement) pixels = warp(pixels, sizePx, affineOf(movement, sizePx));
  if (colours) changeColours(pixels, colours);
  if (erased) eraseBox(pixels, sizePx, erased.box, randomFor('noise', erased.noiseSeed));
  return pixels;
}
