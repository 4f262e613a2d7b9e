/** What a run asks the network for: features of every picture to learn from, and exact ones to check the result with. */
import type { Metrics } from '../evaluation/types.ts';
import type { Arithmetic, ExtractProgress, PictureRef, TrainResult } from '../rpc/protocol.ts';
import { AppError, throwIfCancelled } from '../shared/errors.ts';
import { engineCall, engineStore } from './engine.ts';
import { readPictures } from './pictureBlobs.ts';
import { type TrainingPlan, untrainableClasses, withoutFailed } from './trainingPlan.ts';

/** One transaction each: few round trips, and a cancel is heard in between. */
const READ_AT_ONCE = 256;

export interface ExtractWatch {
  readonly signal: AbortSignal;
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

/**
 * Features of every picture.
 * @throws AppError of the engine; `classTooSmall` if a class has none left to learn from
 */
export async function extractAll(plan: TrainingPlan, watch: ExtractWatch): Promise<Extracted> {
  const pictures = await picturesOf(plan.examples, watch.signal);
  const read = new Set(pictures.map(({ hash }) => hash));
  const missing = plan.examples.filter(({ hash }) => !read.has(hash)).map(({ hash }) => hash);
  let arithmetic: Arithmetic = 'float32';
  const makeArgs = () => {
    arithmetic = engineStore.getState().report?.arithmetic ?? 'float32';
    return { pictures, arithmetic };
  };
  const { failed } = await engineCall('extractFeatures', makeArgs, watch);
  const gone = new Set([...missing, ...failed]);
  const leftOut = plan.examples.filter(({ hash }) => gone.has(hash)).map(({ picture }) => picture.path);
  const remaining = withoutFailed(plan, gone);
  const [className] = untrainableClasses(remaining);
  if (className !== undefined) throw new AppError('classTooSmall', { className, count: 0 });
  return { plan: remaining, leftOut, arithmetic };
}

/**
 * The head on features in float32, as model files compute them: of the test pictures, or without any of those of
 * validation. What it learned from were 8-bit integers, and a person should know if that makes a difference.
 * @returns null where no picture was kept aside
 */
export async function checkExactly(
  plan: TrainingPlan,
  { head, test }: Pick<TrainResult, 'head' | 'test'>,
  watch: ExtractWatch,
): Promise<Metrics | null> {
  const split = test ? 'test' : 'validation';
  const examples = plan.examples.filter((example) => example.split === split);
  if (examples.length === 0) return null;
  const pictures = await picturesOf(examples, watch.signal);
  await engineCall('extractFeatures', () => ({ pictures, arithmetic: 'float32' }), watch);
  return engineCall(
    'evaluate',
    () => ({
      examples: examples.map(({ hash, classIndex }) => ({ hash, classIndex })),
      classNames: plan.classNames,
      head,
      arithmetic: 'float32',
    }),
    { signal: watch.signal },
  );
}

/** The pictures of examples that are still stored, each once. @throws AppError `cancelled` */
export async function picturesOf(
  examples: TrainingPlan['examples'],
  signal: AbortSignal,
): Promise<readonly PictureRef[]> {
  const hashes = [...new Set(examples.map(({ hash }) => hash))];
  const pictures: PictureRef[] = [];
  for (let start = 0; start < hashes.length; start += READ_AT_ONCE) {
    throwIfCancelled(signal);
    const some = hashes.slice(start, start + READ_AT_ONCE);
    for (const [hash, blob] of await readPictures(some)) pictures.push({ hash, blob });
  }
  return pictures;
}
