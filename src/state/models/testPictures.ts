/** Pictures of the data set that may go along with a model file: of its test, a few of each class. */
import type { ModelDescription } from '../../domain/model.ts';
import { TEST_PICTURES } from '../../domain/modelExport.ts';
import { seenOf } from '../../domain/seenPictures.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { datasetStore, startDataset } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { picturesOf } from '../training/features.ts';
import { type PlannedExample, planTraining, withoutSeen } from '../training/plan.ts';

/** Some of them may turn out to be unreadable. */
const SPARE = 5;

/**
 * None that the model has learned from, and none at all where there are other classes here now: then it is another data set.
 * @throws AppError of the storage, cancelled
 */
export async function testPicturesOf(
  { classNames, seen }: Pick<ModelDescription, 'classNames' | 'seen'>,
  signal: AbortSignal,
): Promise<readonly PictureRef[]> {
  await startDataset();
  const { dataset } = datasetStore.getState();
  const { plan } = withoutSeen(planTraining(dataset, splitsOf(dataset)), seenOf({ seen }));
  if (!plan.classNames.every((name) => classNames.includes(name))) return [];
  const tests = plan.examples.filter(({ split }) => split === 'test');
  return picturesOf(inTurns(tests).slice(0, TEST_PICTURES + SPARE), signal);
}

/** One of each class, then a second of each, and so on. */
function inTurns(examples: readonly PlannedExample[]): readonly PlannedExample[] {
  const turnOf = new Map<number, number>();
  return examples
    .map((example) => {
      const turn = turnOf.get(example.classIndex) ?? 0;
      turnOf.set(example.classIndex, turn + 1);
      return { example, turn };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ example }) => example);
}
