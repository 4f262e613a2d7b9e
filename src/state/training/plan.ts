/** What a run is made of, worked out from the data set alone: examples, what to look at, what to tell afterwards. */

import { splitSourceOf } from '../../dataset/split.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { Dataset, DatasetPicture, PictureId } from '../../domain/dataset.ts';
import type { DataSummary } from '../../domain/model.ts';
import type { ContentHash, SplitName } from '../../domain/picture.ts';
import type { SeenBefore, SeenPictures } from '../../domain/seenPictures.ts';
import { leaveOutSeen } from '../../evaluation/leaveOutSeen.ts';

export interface PlannedExample extends TrainExample {
  readonly picture: DatasetPicture;
}

export interface TrainingPlan {
  /** Only classes that have pictures, in the order of the data set. */
  readonly classNames: readonly string[];
  readonly examples: readonly PlannedExample[];
}

/** A test picture that the model takes for something else. */
export interface Mistake {
  readonly hash: ContentHash;
  readonly pictureName: string;
  readonly trueClass: string;
  readonly predictedClass: string;
  /** Of the predicted class, 0–1. */
  readonly probability: number;
}

/** Pictures without a split (none was given or drawn for them) are left out. */
export function planTraining(dataset: Dataset, splits: ReadonlyMap<PictureId, SplitName>): TrainingPlan {
  const used = new Set(dataset.pictures.map(({ classId }) => classId));
  const classes = dataset.classes.filter(({ id }) => used.has(id));
  const indexOf = new Map(classes.map(({ id }, index) => [id, index]));
  const examples = dataset.pictures.flatMap((picture) => {
    const classIndex = indexOf.get(picture.classId);
    const split = splits.get(picture.id);
    if (classIndex === undefined || split === undefined) return [];
    return [{ hash: picture.hash, classIndex, split, picture }];
  });
  return { classNames: classes.map(({ name }) => name), examples };
}

export interface HonestPlan {
  readonly plan: TrainingPlan;
  /** null where everything that checks the run is new. */
  readonly seenBefore: SeenBefore | null;
}

/** The plan without what would check a run on pictures that were seen before. @param before by the model that it goes on from */
export function withoutSeen(plan: TrainingPlan, before: SeenPictures | null): HonestPlan {
  const { examples, seenBefore } = leaveOutSeen(plan.examples, before);
  return { plan: { ...plan, examples }, seenBefore };
}

/** The plan without pictures that turned out to be unreadable. */
export function withoutFailed(plan: TrainingPlan, failed: ReadonlySet<ContentHash>): TrainingPlan {
  return { ...plan, examples: plan.examples.filter(({ hash }) => !failed.has(hash)) };
}

/** Names of classes without a single training picture: nothing could be learned about them. */
export function untrainableClasses({ classNames, examples }: TrainingPlan): readonly string[] {
  const taught = new Set(
    examples.filter(({ split }) => split === 'train').map(({ classIndex }) => classIndex),
  );
  return classNames.filter((_, index) => !taught.has(index));
}

export function summarizeData(
  plan: TrainingPlan,
  dataset: Pick<Dataset, 'name' | 'split' | 'pictures'>,
): DataSummary {
  const counts = plan.classNames.map((className) => ({ className, train: 0, validation: 0, test: 0 }));
  for (const { classIndex, split } of plan.examples) {
    const count = counts[classIndex];
    if (count) count[split] += 1;
  }
  return { name: dataset.name, counts, seed: dataset.split.seed, splitSource: splitSourceOf(dataset) };
}

/**
 * Test pictures whose most probable class is not theirs, the surest mistakes first.
 * @param probabilities `[testCount, classes]`, one line per test example in the plan's order.
 */
export function findMistakes(plan: TrainingPlan, probabilities: Float32Array): readonly Mistake[] {
  const classCount = plan.classNames.length;
  const tests = plan.examples.filter(({ split }) => split === 'test');
  return tests
    .flatMap(({ hash, classIndex, picture }, line) => {
      const row = probabilities.subarray(line * classCount, (line + 1) * classCount);
      const probability = Math.max(...row);
      const predicted = row.indexOf(probability);
      if (predicted === classIndex || predicted < 0) return [];
      return [
        {
          hash,
          pictureName: picture.name,
          trueClass: plan.classNames[classIndex] ?? '',
          predictedClass: plan.classNames[predicted] ?? '',
          probability,
        },
      ];
    })
    .sort((a, b) => b.probability - a.probability);
}

/** `<data> – 2026-11-22 15:04`, local time: sorts well and reads the same in every language. */
export function modelName(dataName: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const stamp = `${day} ${two(now.getHours())}:${two(now.getMinutes())}`;
  return dataName.trim() ? `${dataName.trim()} – ${stamp}` : stamp;
}
