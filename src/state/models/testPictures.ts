/** Pictures of the data set that may go along with a model file: those that the model was tested on, a few of each class. */
import type { ModelDescription } from '../../domain/model.ts';
import { TEST_PICTURES } from '../../domain/modelExport.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { datasetStore, startDataset } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { picturesOf } from '../training/features.ts';
import { type PlannedExample, planTraining } from '../training/plan.ts';

/** Some of them may turn out to be unreadable. */
const SPARE = 5;

/** None where the pictures that are here now are of other classes. @throws AppError of the storage, cancelled */
export async function testPicturesOf(
  { classNames }: Pick<ModelDescription, 'classNames'>,
  signal: AbortSignal,
): Promise<readonly PictureRef[]> {
  await startDataset();
  const { dataset } = datasetStore.getState();
  const plan = planTraining(dataset, splitsOf(dataset));
  const isKnown = plan.classNames.map((name) => classNames.includes(name));
  const tests = plan.examples.filter(({ split, classIndex }) => split === 'test' && isKnown[classIndex]);
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
