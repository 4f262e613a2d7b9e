/** Augmented views of training pictures whose features are kept: which there are, under which names. */

import type { AugmentSettings } from '../../domain/augmentation.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { AugmentedViews } from '../../rpc/featureCalls.ts';
import type { AugmentedPicture } from '../features/augment/augmentPicture.ts';
import { type Recipe, recipesOf } from '../features/augment/recipes.ts';
import type { ExtractorPicture } from '../features/extractorApi.ts';
import { augmentedSourceOf } from './featureSource.ts';
import type { PictureFiles } from './pictureFiles.ts';

/** One row of features to be had. */
export interface FeatureTask {
  /** Beside the source, the name under which it is kept. */
  readonly key: string;
  /** Of the picture that it shows first of all. */
  readonly hash: ContentHash;
  /** @throws AppError `notFound` where it has gone; of the storage */
  readonly open: () => Promise<ExtractorPicture>;
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

/** A picture to augment by its recipe, with its partner. @throws AppError `notFound` where one has gone; of the storage */
export async function openAugmented(
  files: PictureFiles,
  hash: ContentHash,
  augment: AugmentSettings,
  { seed, partner }: Recipe,
): Promise<AugmentedPicture> {
  const other = partner && { blob: await files.open(partner.hash), seed: partner.seed };
  return { blob: await files.open(hash), augment, seed, partner: other };
}

/**
 * What the extractor needs for the examples of a view, as far as the pictures were handed over.
 * @param files of the pictures
 */
export function tasksOf(
  { examples }: AugmentedView,
  augment: AugmentSettings,
  files: PictureFiles,
): readonly FeatureTask[] {
  return [...examples.values()].flatMap(({ hash, key, recipe }) => {
    const { partner } = recipe;
    if (!files.has(hash) || (partner && !files.has(partner.hash))) return [];
    return [{ key, hash, open: () => openAugmented(files, hash, augment, recipe) }];
  });
}
