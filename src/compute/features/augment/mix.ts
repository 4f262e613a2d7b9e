/** MixUp and CutMix: two pictures in one, and how much of it is whose. */
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import { drawBeta } from './beta.ts';
import { areaOf, type Box } from './regions.ts';
import { randomFor } from './seeds.ts';
import type { Pixels } from './warp.ts';

export interface Mix {
  readonly kind: 'mixUp' | 'cutMix';
  /** Of the picture itself, (0, 1]; the rest is its partner's. Of CutMix: the fraction of the pixels that are its own. */
  readonly fraction: number;
  /** Where CutMix pastes the partner; null for MixUp. */
  readonly box: Box | null;
}

/** Something of the picture itself is always left: targets count on it. */
const LEAST_FRACTION = 1e-6;

/**
 * How an example is mixed with its partner: whoever makes the pixels and whoever trains on them get the same answer.
 * MixUp: Zhang et al. 2018, "mixup: Beyond empirical risk minimization". CutMix: Yun et al. 2019, "CutMix:
 * Regularization strategy", whose box is as large as the fraction says, lies anywhere and is cut off at the edges.
 * @param seed of the example
 * @param sizePx side of the network's input
 * @returns null where neither is on
 */
export function mixOf(
  { mixUp, cutMix }: Pick<AugmentSettings, 'mixUp' | 'cutMix'>,
  seed: number,
  sizePx: number,
): Mix | null {
  const alpha = mixUp > 0 ? mixUp : cutMix;
  if (alpha <= 0) return null;
  const random = randomFor('mix', seed);
  const fraction = Math.max(LEAST_FRACTION, drawBeta(alpha, random));
  if (mixUp > 0) return { kind: 'mixUp', fraction, box: null };
  const sidePx = Math.floor(sizePx * Math.sqrt(1 - fraction));
  const x = Math.floor(random.next() * sizePx);
  const y = Math.floor(random.next() * sizePx);
  const half = sidePx >> 1;
  const box: Box = {
    left: Math.max(0, x - half),
    top: Math.max(0, y - half),
    right: Math.min(sizePx, x - half + sidePx),
    bottom: Math.min(sizePx, y - half + sidePx),
  };
  return { kind: 'cutMix', fraction: 1 - areaOf(box) / (sizePx * sizePx), box };
}

/** Mixes `partner` into `pixels`, in place. */
export function mixInto(pixels: Pixels, partner: Pixels, sizePx: number, { fraction, box }: Mix): void {
  if (box === null) {
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = fraction * (pixels[i] as number) + (1 - fraction) * (partner[i] as number);
    }
    return;
  }
  for (let y = box.top; y < box.bottom; y++) {
    const from = (y * sizePx + box.left) * 4;
    pixels.set(partner.subarray(from, (y * sizePx + box.right) * 4), from);
  }
}
