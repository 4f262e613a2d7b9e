/** Makes an interrupted run ready to go on: its pictures found again, their features looked up or computed anew. */
import type { Arithmetic } from '../../domain/backends.ts';
import type { CheckpointFacts } from '../../domain/checkpoint.ts';
import type { Dataset, DatasetPicture } from '../../domain/dataset.ts';
import type { ContentHash } from '../../domain/picture.ts';
import { seenAfter, seenOf } from '../../domain/seenPictures.ts';
import { leaveOutSeen } from '../../evaluation/leaveOutSeen.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { engineStore } from '../engine/engine.ts';
import { type ExtractWatch, extractIn, picturesOf } from './features.ts';
import type { TrainingJob } from './learn.ts';
import { type TrainingPlan, withoutFailed } from './plan.ts';

/** The examples as they were recorded, with the pictures of the data set of today where they are still in it. */
export function planOf(
  { classNames, examples }: Pick<CheckpointFacts, 'classNames' | 'examples'>,
  dataset: Pick<Dataset, 'pictures'>,
): TrainingPlan {
  const known = new Map(dataset.pictures.map((picture) => [picture.hash, picture]));
  return {
    classNames,
    examples: examples.map((example) => ({
      ...example,
      picture: known.get(example.hash) ?? strangerOf(example.hash),
    })),
  };
}

/**
 * In which arithmetic it goes on. What the frozen part makes of pictures in a second phase is kept nowhere: it is computed
 * as the backend in use computes.
 */
function arithmeticNow({
  arithmetic,
  snapshot,
}: Pick<CheckpointFacts, 'arithmetic' | 'snapshot'>): Arithmetic {
  const isInt8Here = engineStore.getState().report?.chosen === 'cpu';
  return snapshot.phase === 'fineTune' && !isInt8Here ? 'float32' : arithmetic;
}

/** Stands for a picture that has left the data set: only its name is ever shown. */
function strangerOf(hash: string): DatasetPicture {
  const name = hash.slice(0, 8);
  return {
    ...{ id: hash, hash, name, path: name, classId: '', folderSplit: null, burstId: null },
    ...{ widthPx: 0, heightPx: 0, sizeBytes: 0 },
  };
}

async function storedNoMore(
  { examples }: TrainingPlan,
  signal: AbortSignal,
): Promise<ReadonlySet<ContentHash>> {
  const stored = new Set((await picturesOf(examples, signal)).map(({ hash }) => hash));
  return new Set(examples.map(({ hash }) => hash).filter((hash) => !stored.has(hash)));
}

/**
 * Features of every picture that is still stored, in the recorded arithmetic, or in float32 where some are missing that the
 * backend of today cannot compute in it. For one that is stored no more its
 * kept features do; where those are gone as well, the training that follows says `notFound`.
 * @param isLearning false where what was learned is only to be measured: augmented views are not needed then
 * @throws AppError of the engine and the storage; `runOfOtherBackbone` where it is another one by now
 */
export async function makeReady(
  checkpoint: CheckpointFacts,
  dataset: Dataset,
  watch: ExtractWatch,
  isLearning = true,
): Promise<TrainingJob> {
  const { startedAt, data, settings, fingerprint, snapshot } = checkpoint;
  const { backbone } = engineStore.getState();
  const { fromScratch } = settings;
  // Weights that learned behind one backbone are noise behind another.
  if (fingerprint !== undefined && backbone && backbone.fingerprint !== fingerprint)
    throw new AppError('runOfOtherBackbone', { backbone: backbone.id });
  const recorded = planOf(checkpoint, dataset);
  // Stages of the backbone are measured on the pictures themselves: on those that are left.
  const readsPictures = snapshot.phase === 'fineTune' || fromScratch !== null;
  const isCounted = isLearning || !readsPictures;
  const gone = isCounted ? new Set<ContentHash>() : await storedNoMore(recorded, watch.signal);
  const plan = withoutFailed(recorded, gone);
  const augmenting = isLearning && !readsPictures ? { ...settings, keepOtherViews: false } : null;
  const extract = async (arithmetic: Arithmetic) => {
    await extractIn(arithmetic, plan, augmenting, watch);
    return arithmetic;
  };
  const extractNow = () =>
    extract(arithmeticNow(checkpoint)).catch((thrown: unknown) => {
      if (toAppError(thrown).code !== 'arithmeticUnavailable') throw thrown;
      return extract('float32');
    });
  const arithmetic = fromScratch ? 'float32' : await extractNow();
  const { startedFrom } = checkpoint;
  // What was interrupted in an earlier version does not tell what its start had seen.
  const seenAtStart = startedFrom === undefined ? null : seenOf({ seen: checkpoint.startSeen });
  // What it is not measured on it has seen all the same.
  const startSeen = gone.size === 0 ? seenAtStart : seenAfter(recorded.examples, seenAtStart);
  const seenBefore = checkpoint.seenBefore ?? leaveOutSeen([], seenAtStart).seenBefore;
  const leftOut = recorded.examples.filter(({ hash }) => gone.has(hash)).map(({ picture }) => picture.path);
  const job = {
    ...{ startedAt, plan, leftOut, data, settings, arithmetic, startedFrom, fingerprint },
    ...{ startSeen, seenBefore },
  };
  // Whoever goes on with it has the right to keep it.
  return { ...job, start: null, resumeFrom: { facts: snapshot, snapshot: null }, isKept: true };
}
