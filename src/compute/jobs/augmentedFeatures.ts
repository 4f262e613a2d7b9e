/** Augmented views of training pictures whose features are kept: which there are, under which names. */

import type { ContentHash } from '../../domain/picture.ts';
import type { AugmentedViews, PictureRef } from '../../rpc/featureCalls.ts';
import { type Recipe, recipesOf } from '../features/augment/recipes.ts';
import type { ExtractorPicture } from '../features/extractorApi.ts';
import { augmentedSourceOf } from './featureSource.ts';

/** One row of features to be had. */
export interface FeatureTask {
  /** Beside the source, the name under which it is kept. */
  readonly key: string;
  /** Of the picture that it shows first of all. */
  readonly hash: ContentHash;
  readonly picture: ExtractorPicture;
}

/** One augmented view of one training picture. */
export interface AugmentedExample {
  readonly hash: ContentHash;
  readonly key: string;
  readonly recipe: Recipe;
}

export interface AugmentedView {
  readonly source: string;
  /** One a picture. */
  readonly examples: ReadonlyMap<ContentHash, AugmentedExample>;
}

/** Two pictures mixed are kept under both names: with other training pictures another partner may be drawn. */
function keyOf(hash: ContentHash, { partner }: Recipe): string {
  return partner ? `${hash}+${partner.hash}` : hash;
}

/**
 * The augmented views of a run, one `AugmentedView` of all pictures for each of the K of its settings.
 * @param plain source of the same pictures as they are
 */
export function viewsOf(plain: string, views: AugmentedViews): readonly AugmentedView[] {
  const { augmentation, seed, pictures } = views;
  return Array.from({ length: augmentation.views }, (_, view) => {
    const recipes = recipesOf(augmentation, seed, pictures, view);
    const examples = new Map(
      [...recipes].map(([hash, recipe]) => [hash, { hash, key: keyOf(hash, recipe), recipe }]),
    );
    return { source: augmentedSourceOf(plain, views, view), examples };
  });
}

/**
 * What the extractor needs for the examples of a view, as far as the pictures are at hand.
 * @param blobs of the pictures, by hash
 */
export function tasksOf(
  { examples }: AugmentedView,
  augment: AugmentedViews['augmentation'],
  blobs: ReadonlyMap<ContentHash, PictureRef['blob']>,
): readonly FeatureTask[] {
  return [...examples.values()].flatMap(({ hash, key, recipe }) => {
    const blob = blobs.get(hash);
    const other = recipe.partner && blobs.get(recipe.partner.hash);
    if (!blob || other === undefined) return [];
    const partner = recipe.partner && other ? { blob: other, seed: recipe.partner.seed } : null;
    return [{ key, hash, picture: { blob, augment, seed: recipe.seed, partner } }];
  });
}
