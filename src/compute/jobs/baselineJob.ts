/** The first answer as the page asks for it: from features that are kept already, before anything is trained. */

import type { SplitName } from '../../domain/picture.ts';
import { drawOrder, stratifiedSubset } from '../../evaluation/learningCurve.ts';
import type { BaselineArgs, BaselineOutcome, BaselineProgress } from '../../rpc/estimateCalls.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { decodeHalf } from '../../shared/half.ts';
import { learnFromParts } from '../baseline/linearProbe.ts';
import { computeGram } from '../runtimes/tensorflow/gram.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import { yieldToMessages } from '../yield.ts';
import { findFeatures, knownFeatures } from './featureShelf.ts';
import { featureSourceOf } from './featureSource.ts';
import type { Session } from './session.ts';

/** The work grows with the cube of the first; beyond these a part of the pictures, drawn by the seed, stands for all. */
const MOST_TRAIN_ROWS = 2000;
const MOST_VALIDATION_ROWS = 1000;
const YIELD_EVERY_MS = 40;

interface JobContext {
  readonly onProgress: (progress: BaselineProgress) => void;
  readonly signal: AbortSignal;
}

type Example = BaselineArgs['examples'][number];

/**
 * Test pictures are not looked at.
 * @throws AppError `nothingToTrain` without training pictures, `cancelled`, `deviceLost`
 */
export async function computeBaseline(
  session: Pick<Session, 'info' | 'active' | 'rangesId'>,
  { examples, classCount, arithmetic, classWeights, seed }: BaselineArgs,
  { onProgress, signal }: JobContext,
): Promise<BaselineOutcome> {
  const startMs = performance.now();
  const { info, active, rangesId } = session;
  const source = featureSourceOf(info, arithmetic, rangesId);
  const of = (split: SplitName) => examples.filter((example) => example.split === split);
  const [allTrain, allValidation] = [of('train'), of('validation')];
  if (allTrain.length === 0) throw new AppError('nothingToTrain');

  const hashes = [...new Set([...allTrain, ...allValidation].map(({ hash }) => hash))];
  const missing = hashes.length - (await knownFeatures(source, hashes)).size;
  if (missing > 0) return { missing, answer: null };
  throwIfCancelled(signal);

  const train = drawSome(allTrain, classCount, MOST_TRAIN_ROWS, seed);
  const used = [...train, ...drawSome(allValidation, classCount, MOST_VALIDATION_ROWS, seed)];
  const values = await readUnitRows(source, used, info.featureCount);
  const pause = createPause(signal, active.lost);
  const guard = <T>(data: Promise<T>) => unlessLost(active.lost, data);
  const gram = await computeGram(values, info.featureCount, train.length, pause, guard);
  const labels = Int32Array.from(used, ({ classIndex }) => classIndex);
  const curve = await learnFromParts(
    { gram, labels, classCount, classWeights, seed },
    { onPoints: (points) => onProgress({ points }), pause },
  );
  const elapsedMs = performance.now() - startMs;
  return { missing: 0, answer: { ...curve, trainTotal: allTrain.length, elapsedMs } };
}

/** All of them, or about `most`, in the same fractions of the classes. */
function drawSome(
  examples: readonly Example[],
  classCount: number,
  most: number,
  seed: number,
): readonly Example[] {
  if (examples.length <= most) return examples;
  const labels = examples.map(({ classIndex }) => classIndex);
  const places = stratifiedSubset(drawOrder(labels, classCount, seed), most / examples.length);
  return [...places].flatMap((place) => examples[place] ?? []);
}

/** Rows of length 1, `[examples, featureCount]`: how bright or busy a picture is says little about what it shows. */
async function readUnitRows(
  source: string,
  examples: readonly Example[],
  featureCount: number,
): Promise<Float32Array> {
  const kept = await findFeatures(
    source,
    examples.map(({ hash }) => hash),
  );
  const rows = allocateFloats(examples.length * featureCount);
  examples.forEach(({ hash }, row) => {
    const stored = kept.get(hash);
    if (!stored) throw new AppError('notFound', { what: hash });
    const values = decodeHalf(stored);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    // A row of nothing but zeros stays one.
    const scale = length > 0 ? 1 / length : 0;
    for (let f = 0; f < featureCount; f++) rows[row * featureCount + f] = (values[f] as number) * scale;
  });
  return rows;
}

/** Lets messages in now and then, and gives up when they say so. */
function createPause(signal: AbortSignal, lost: AbortSignal): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs > YIELD_EVERY_MS) {
      await yieldToMessages();
      lastMs = performance.now();
    }
    throwIfCancelled(signal);
    lost.throwIfAborted();
  };
}
