/** Puts the kept features of a run together: the pictures as they are and, to train on, their augmented views. */

import type { AugmentSettings } from '../../domain/augmentation.ts';
import { SPLIT_NAMES, type SplitName } from '../../domain/picture.ts';
import type { TrainArgs } from '../../rpc/trainingCalls.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { isAugmenting } from '../features/augment/changes.ts';
import { mixOf } from '../features/augment/mix.ts';
import type { FeatureTable } from '../training/featureTable.ts';
import { type AugmentedExample, viewsOf } from './augmentedFeatures.ts';
import { fillRows } from './featureJobs.ts';
import { featureSourceOf } from './featureSource.ts';
import type { Session } from './session.ts';

export interface TrainTable {
  /** First a row for each example, in their order, then those of the augmented ones, view by view. */
  readonly table: FeatureTable;
  /** Rows of each split. Of training: the plain rows and all augmented ones, so that an epoch sees each of them once. */
  readonly rows: Readonly<Record<SplitName, Int32Array>>;
}

type Args = Pick<TrainArgs, 'examples' | 'settings' | 'arithmetic'>;

/**
 * The plain rows of the training pictures stay in beside their K augmented ones: what is classified later is not augmented
 * either. Those of validation and test are plain only.
 * @throws AppError `notFound` if features of an example are not kept
 */
export async function readTrainTable(
  { info, rangesId }: Pick<Session, 'info' | 'rangesId'>,
  { examples, settings, arithmetic }: Args,
): Promise<TrainTable> {
  const { featureCount, inputSizePx } = info;
  const plain = featureSourceOf(info, arithmetic, rangesId);
  const train = examples.filter(({ split }) => split === 'train');
  const pictures = train.map(({ hash }) => hash);
  const augmentation =
    settings.augmentation && isAugmenting(settings.augmentation) ? settings.augmentation : null;
  const views = augmentation ? viewsOf(plain, { augmentation, seed: settings.seed, pictures }) : [];

  const rowCount = examples.length + views.length * train.length;
  const values = allocateFloats(rowCount * featureCount);
  const hashes = examples.map(({ hash }) => hash);
  await fillRows(plain, hashes, featureCount, values);
  const augmented: AugmentedExample[] = [];
  for (const view of views) {
    const rows = pictures.flatMap((hash) => view.examples.get(hash) ?? []);
    const keys = rows.map(({ key }) => key);
    await fillRows(
      view.source,
      keys,
      featureCount,
      values.subarray((examples.length + augmented.length) * featureCount),
    );
    augmented.push(...rows);
  }

  const classOf = new Map(train.map(({ hash, classIndex }) => [hash, classIndex]));
  const labels = new Int32Array(rowCount);
  examples.forEach(({ classIndex }, row) => {
    labels[row] = classIndex;
  });
  augmented.forEach((_, i) => {
    // View by view, in the order of the training examples.
    labels[examples.length + i] = train[i % train.length]?.classIndex ?? 0;
  });
  const mixes =
    augmentation && (augmentation.mixUp > 0 || augmentation.cutMix > 0)
      ? mixesOf(labels, augmented, augmentation, inputSizePx, classOf)
      : undefined;

  const [trainRows, validation, test] = SPLIT_NAMES.map((name) =>
    examples.flatMap((example, row) => (example.split === name ? [row] : [])),
  ) as [number[], number[], number[]];
  return {
    table: { values, featureCount, labels, mixes },
    rows: {
      train: Int32Array.from([...trainRows, ...augmented.map((_, i) => examples.length + i)]),
      validation: Int32Array.from(validation),
      test: Int32Array.from(test),
    },
  };
}

/** What the augmented rows, which come last, were mixed with; the rows before are all their own. */
function mixesOf(
  own: Int32Array,
  augmented: readonly AugmentedExample[],
  augmentation: AugmentSettings,
  sizePx: number,
  classOf: ReadonlyMap<string, number>,
): FeatureTable['mixes'] {
  const labels = own.slice();
  const fractions = new Float32Array(own.length).fill(1);
  const first = own.length - augmented.length;
  augmented.forEach(({ recipe: { seed, partner } }, i) => {
    const mix = partner && mixOf(augmentation, seed, sizePx);
    if (!mix) return;
    labels[first + i] = classOf.get(partner.hash) ?? labels[first + i] ?? 0;
    fractions[first + i] = mix.fraction;
  });
  return { labels, fractions };
}
