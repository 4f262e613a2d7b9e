/** What a run asks the network for: features of every picture to learn from. */

import type { Arithmetic } from '../../domain/backends.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { ContentHash } from '../../domain/picture.ts';
import type { FreshNetwork, TrainSettings } from '../../domain/trainSettings.ts';
import type { ExtractArgs, ExtractProgress, PictureRef } from '../../rpc/featureCalls.ts';
import type { PauseSwitch } from '../../rpc/pause.ts';
import { AppError, throwIfCancelled, toAppError } from '../../shared/errors.ts';
import { handOverPictures } from '../dataset/pictureBlobs.ts';
import { engineCall, engineStore } from '../engine/engine.ts';
import { notify } from '../shell/notices.ts';
import { type TrainingPlan, untrainableClasses, withoutFailed } from './plan.ts';

/** One transaction each: few round trips, and a cancel is heard in between. */
const READ_AT_ONCE = 256;

export interface ExtractWatch {
  readonly signal: AbortSignal;
  readonly pause?: PauseSwitch;
  readonly onProgress: (progress: ExtractProgress) => void;
}

export interface Extracted {
  /** Without the pictures that cannot be read or decoded. */
  readonly plan: TrainingPlan;
  /** Paths of those. */
  readonly leftOut: readonly string[];
  /** After a restart on another backend that may not be what the engine began with. */
  readonly arithmetic: Arithmetic;
}

/** What of the settings decides which features a run needs. */
export interface Augmenting extends Pick<TrainSettings, 'augmentation' | 'seed'> {
  /** In a tab beside one that trains, which may need those of another seed. */
  readonly keepOtherViews: boolean;
}

/**
 * Features of every picture, and of the augmented views that the settings ask for.
 * @throws AppError of the engine; `classTooSmall` if a class has none left to learn from
 */
export async function extractAll(
  plan: TrainingPlan,
  watch: ExtractWatch,
  augmenting: Augmenting | null = null,
): Promise<Extracted> {
  const pictures = await picturesOf(plan.examples, watch.signal);
  let arithmetic: Arithmetic = 'float32';
  const makeArgs = () => {
    arithmetic = engineStore.getState().report?.arithmetic ?? 'float32';
    return { pictures, arithmetic };
  };
  const { failed, isKept } = await engineCall('extractFeatures', makeArgs, watch);
  if (isKept === false) tellInMemory();
  const { plan: remaining, leftOut } = withoutGone(plan, pictures, failed);
  // Afterwards: with whom a picture is mixed depends on which others can be read.
  try {
    if (augmenting) await extractAugmented(remaining, augmenting, { pictures, arithmetic }, watch);
  } catch (thrown) {
    if (toAppError(thrown).code !== 'arithmeticUnavailable') throw thrown;
    // The engine was started again on a backend without that arithmetic: all of it anew, as that one computes.
    return extractAll(plan, watch, augmenting);
  }
  return { plan: remaining, leftOut, arithmetic };
}

/**
 * The plan without pictures that cannot be read, for a network that learns from the pictures themselves; and that network,
 * with what was measured for it.
 * @throws AppError as `extractAll`
 */
export async function readAll(
  plan: TrainingPlan,
  network: FreshNetwork,
  watch: ExtractWatch,
): Promise<Extracted & { readonly network: FreshNetwork }> {
  const pictures = await picturesOf(plan.examples, watch.signal);
  const isByData = network.normalisation === 'data';
  const training = plan.examples.filter(({ split }) => split === 'train').map(({ hash }) => hash);
  const makeArgs = () => ({ network, pictures, ...(isByData ? { measured: training } : {}) });
  const { failed, colours } = await engineCall('findUnreadable', makeArgs, { ...watch, part: 'bare' });
  return {
    ...withoutGone(plan, pictures, failed),
    arithmetic: 'float32',
    network: isByData ? { ...network, normalisation: colours ?? undefined } : network,
  };
}

/** @throws AppError `classTooSmall` */
function withoutGone(
  plan: TrainingPlan,
  pictures: readonly PictureRef[],
  failed: readonly ContentHash[],
): Omit<Extracted, 'arithmetic'> {
  const read = new Set(pictures.map(({ hash }) => hash));
  const missing = plan.examples.filter(({ hash }) => !read.has(hash)).map(({ hash }) => hash);
  const gone = new Set([...missing, ...failed]);
  const leftOut = plan.examples.filter(({ hash }) => gone.has(hash)).map(({ picture }) => picture.path);
  const remaining = withoutFailed(plan, gone);
  const [className] = untrainableClasses(remaining);
  if (className !== undefined) throw new AppError('classTooSmall', { className, count: 0 });
  return { plan: remaining, leftOut };
}

/**
 * The same in a given arithmetic and for a plan that stands: what is kept costs nothing, and pictures that are stored no
 * more are passed over.
 * @throws AppError of the engine
 */
export async function extractIn(
  arithmetic: Arithmetic,
  plan: TrainingPlan,
  augmenting: Augmenting | null,
  watch: ExtractWatch,
): Promise<void> {
  const pictures = await picturesOf(plan.examples, watch.signal);
  const { isKept } = await engineCall('extractFeatures', () => ({ pictures, arithmetic }), watch);
  if (isKept === false) tellInMemory();
  if (augmenting) await extractAugmented(plan, augmenting, { pictures, arithmetic }, watch);
}

function tellInMemory(): void {
  notify({ kind: 'warning', messageKey: 'train:featuresInMemory', sticky: true, topic: 'features' });
}

/** Features of augmented views, where the settings ask for them. @throws AppError of the engine */
async function extractAugmented(
  { examples }: TrainingPlan,
  { augmentation, seed, keepOtherViews }: Augmenting,
  plain: Pick<ExtractArgs, 'pictures' | 'arithmetic'>,
  watch: ExtractWatch,
): Promise<void> {
  if (!augmentation) return;
  const stored = new Set(plain.pictures.map(({ hash }) => hash));
  const training = examples.filter(({ split, hash }) => split === 'train' && stored.has(hash));
  const views = { augmentation, seed, pictures: training.map(({ hash }) => hash) };
  const { isKept } = await engineCall('extractFeatures', () => ({ ...plain, views, keepOtherViews }), watch);
  if (isKept === false) tellInMemory();
}

/** The pictures of examples that are still stored, each once. @throws AppError `cancelled` */
export async function picturesOf(
  examples: readonly Pick<TrainExample, 'hash'>[],
  signal: AbortSignal,
): Promise<readonly PictureRef[]> {
  const hashes = [...new Set(examples.map(({ hash }) => hash))];
  const pictures: PictureRef[] = [];
  for (let start = 0; start < hashes.length; start += READ_AT_ONCE) {
    throwIfCancelled(signal);
    const some = hashes.slice(start, start + READ_AT_ONCE);
    for (const [hash, blob] of await handOverPictures(some)) pictures.push({ hash, blob });
  }
  return pictures;
}
