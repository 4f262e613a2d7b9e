/** Small runs of a head and of fine-tuned stages for the tests of the loop: what is learned, and by whom, in one place. */

import { expect } from 'vitest';
import { headOnFeatures } from '../../compute/jobs/featureHead.ts';
import type { chooseTrainer } from '../../compute/runtimes/choose/chooseTrainer.ts';
import { createLayerTrainer } from '../../compute/runtimes/tensorflow/training/layerTrainer.ts';
import type { LoopProgress, TrainHeadArgs, TrainHeadContext } from '../../compute/training/runState.ts';
import type { TrainHeadResult } from '../../compute/training/train.ts';
import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { EpochMetrics } from '../../domain/curve.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { createPart, DROPOUT_PART } from './fineTunedParts.ts';
import { createMaps, createSource } from './partData.ts';
import { createClouds, range } from './table.ts';

export const CLASSES = 3;
/** Of each epoch. */
export const STEPS = 4;
export const settings: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  ...{ hiddenUnits: 8, epochs: 3, batchSize: 5, learningRate: 0.02 },
  ...{ schedule: 'cosine', warmupFraction: 0.2, earlyStoppingPatience: null },
};
export const rows = { train: range(0, 18), validation: range(18, 24), test: range(24, 30) };
export const table = createClouds(30, 12, CLASSES);
export const maps = createMaps(30);
/** @param create a trainer of one runtime, or of whichever is chosen */
export const ofHead = (create: typeof chooseTrainer): TrainHeadArgs => ({
  ...headOnFeatures(table, settings, CLASSES, create),
  ...{ rows, settings, resumeFrom: null },
});
/** Fine-tuning goes on from a first phase, as it does in the app. */
export const first: readonly EpochMetrics[] = [1, 2].map((epoch) => ({
  ...{ epoch, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5, elapsedMs: epoch * 1000 },
}));
export const ofFineTuned = (): TrainHeadArgs => ({
  ...{ rows, settings, classCount: CLASSES, resumeFrom: null },
  labels: maps.labels,
  start: createPart(DROPOUT_PART),
  createFresh: () => createPart(DROPOUT_PART),
  after: { curve: first, bestEpoch: 2 },
  epochsAreLong: true,
  createTrainer: ({ classWeights, start, settings: wanted }) =>
    createLayerTrainer({
      ...{ source: createSource(maps), labels: maps.labels, microBatch: 3 },
      ...{ classWeights, start, settings: wanted },
    }),
});

/** Steps that take so long that the loop lets messages in after each of them. */
export function slowed(
  args: TrainHeadArgs,
  onStep: (count: number) => void = () => undefined,
): TrainHeadArgs {
  const { createTrainer } = args;
  let count = 0;
  return {
    ...args,
    snapshotEveryMs: 0,
    async createTrainer(ofTrainer) {
      const trainer = await createTrainer(ofTrainer);
      return {
        ...trainer,
        async step(...given) {
          const endMs = performance.now() + 45;
          await trainer.step(...given);
          await new Promise((resolve) => setTimeout(resolve, endMs - performance.now()));
          count += 1;
          onStep(count);
        },
      };
    },
  };
}

export const open = () => new AbortController().signal;
export const contextOf = (more: Partial<TrainHeadContext> = {}): TrainHeadContext => ({
  ...{ onProgress: () => undefined, signal: open(), finishSignal: open(), lost: open() },
  ...more,
});

/** Copies what is handed out, as the way to the page does. */
export function collect() {
  const snapshots: TrainSnapshot[] = [];
  const onProgress = (progress: LoopProgress) => {
    if (progress.kind === 'snapshot') snapshots.push(structuredClone(progress.snapshot));
  };
  return { snapshots, onProgress };
}

/** The same curve, answers and ending. */
export function expectSameEnd(actual: TrainHeadResult, expected: TrainHeadResult, tolerance: number): void {
  const numbers = ({ curve, testProbabilities }: TrainHeadResult) => [
    ...curve.flatMap((one) => [one.epoch, one.loss, one.accuracy, one.validationLoss, one.learningRate]),
    ...testProbabilities,
  ];
  const [left, right] = [numbers(actual), numbers(expected)];
  expect(left).toHaveLength(right.length);
  left.forEach((value, i) => {
    expect(Math.abs((value ?? 0) - (right[i] ?? 0)), `number ${i}`).toBeLessThan(tolerance);
  });
  expect(actual.bestEpoch).toBe(expected.bestEpoch);
  expect(actual.stopReason).toBe(expected.stopReason);
}
