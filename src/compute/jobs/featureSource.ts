/** The name under which features are kept: everything that they depend on. */
import type { Arithmetic } from '../../domain/backends.ts';
import type { BackboneInfo } from '../../domain/model.ts';
import type { AugmentedViews } from '../../rpc/featureCalls.ts';
import { sha256HexInScript } from '../../shared/sha256.ts';

/** Raise it when the 8-bit kernels or the quantisation come to other features than before. */
const INT8_VERSION = 1;

/** Raise it when `compute/features/augment` comes to other pixels, or to other recipes, than before. */
const AUGMENTATION_VERSION = 1;

/** How the names of all sources of augmented views begin; the word is that of earlier versions, whose records it finds. */
export const AUGMENTED_PREFIX = 'varied:';

/**
 * Features from another source are never mixed in. Those in float32 agree, whatever computed them, as far as a sum's
 * order allows.
 * @param rangesId tells one set of activation ranges from another
 */
export function featureSourceOf(
  { id, fingerprint, inputSizePx, resize }: BackboneInfo,
  arithmetic: Arithmetic,
  rangesId: string,
): string {
  const parts = [
    id,
    fingerprint.slice(0, 16),
    inputSizePx,
    resize.fit,
    resize.cropFraction,
    `v${resize.version}`,
  ];
  if (arithmetic === 'int8') parts.push(`int8-v${INT8_VERSION}-${rangesId}`);
  return parts.join(':');
}

/** How the names of sources begin whose examples were augmented by these settings and this seed. */
export function augmentedPrefixOf({ augmentation, seed }: Omit<AugmentedViews, 'pictures'>): string {
  const { views: _, ...strengths } = augmentation;
  const settings = Object.entries(strengths).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([AUGMENTATION_VERSION, seed, settings]);
  return `${AUGMENTED_PREFIX}${sha256HexInScript(new TextEncoder().encode(text)).slice(0, 16)}:`;
}

/** @param plain source of the same pictures as they are */
export function augmentedSourceOf(
  plain: string,
  views: Omit<AugmentedViews, 'pictures'>,
  view: number,
): string {
  return `${augmentedPrefixOf(views)}${view}:${plain}`;
}
