/** Trains a head with TensorFlow.js on the current backend: on a GPU, and where our own kernels do not run. */

import * as tf from '@tensorflow/tfjs-core';
import { splitIntoBatches } from '../../../training/batches.ts';
import { toRowTargets } from '../../../training/targets.ts';
import type { BatchTotals, CreateHeadTrainer, HeadTrainer } from '../../../training/trainer.ts';
import { slotNamesOf } from '../../../training/updateRule.ts';
import { withNames } from '../named.ts';
import { addGradients, clipToNorm } from './clip.ts';
import { createDenseStack, type StepResult } from './denseStack.ts';
import { toBatch, toColumns } from './featureBatches.ts';
import { createOptimizer, readSlots, writeSlots } from './optimizers.ts';

/** Rows of one forward pass of the evaluation; one fixed shape. */
const EVALUATION_ROWS = 128;

export const createTensorflowTrainer: CreateHeadTrainer = async ({
  table,
  classWeights,
  settings,
  start,
}) => {
  const { batchSize, clipNorm } = settings;
  const classCount = classWeights.length;
  const stack = createDenseStack(start.head, settings);
  writeSlots(stack.parameters, slotNamesOf(settings), start.optimizerState);
  const optimizer = createOptimizer(settings, start.optimizerSteps);
  /** `[lossSum, correct]`, on the backend: reading them out at each step would wait for the GPU. */
  let totals: tf.Tensor | null = null;
  let weightSum = 0;

  function addTotals({ lossSum, correct }: StepResult): void {
    const before = totals;
    totals = tf.tidy(() => {
      const sums = tf.stack([lossSum, correct]);
      return before ? tf.add(before, sums) : sums;
    });
    tf.dispose([lossSum, correct]);
    before?.dispose();
  }

  return withNames<HeadTrainer>({
    step(rows, random, learningRate) {
      const stepWeight = toRowTargets(table, rows, classWeights).weightSum;
      let gathered: StepResult['gradients'] | null = null;
      for (const part of splitIntoBatches(rows, batchSize)) {
        const batch = toBatch(table, part, batchSize, classWeights);
        const result = stack.step(batch, stepWeight, (size) =>
          new Float32Array(size).map(() => random.next()),
        );
        tf.dispose([batch.rows, batch.columns, batch.targets, batch.weights]);
        gathered = addGradients(gathered, result.gradients);
        addTotals(result);
      }
      if (!gathered) return;
      optimizer.apply(clipNorm === null ? gathered : clipToNorm(gathered, clipNorm), learningRate);
      weightSum += stepWeight;
    },
    async takeTotals(): Promise<BatchTotals> {
      const [taken, takenWeight] = [totals, weightSum];
      totals = null;
      weightSum = 0;
      if (!taken) return { lossSum: 0, correct: 0, weightSum: 0 };
      try {
        const [lossSum = Number.NaN, correct = 0] = (await taken.data()) as Float32Array;
        return { lossSum, correct, weightSum: takenWeight };
      } finally {
        taken.dispose();
      }
    },
    async predict(rows) {
      const probabilities = new Float32Array(rows.length * classCount);
      for (let first = 0; first < rows.length; first += EVALUATION_ROWS) {
        const part = rows.subarray(first, first + EVALUATION_ROWS);
        const columns = toColumns(table, part, EVALUATION_ROWS);
        const output = stack.predict(columns);
        const values = (await output.data()) as Float32Array;
        probabilities.set(values.subarray(0, part.length * classCount), first * classCount);
        tf.dispose([columns, output]);
      }
      return probabilities;
    },
    toNetwork: () => stack.toNetwork(),
    async snapshot() {
      return {
        head: await stack.toNetwork(),
        optimizerState: await readSlots(stack.parameters),
        optimizerSteps: optimizer.steps,
      };
    },
    restore: (head) => stack.restore(head),
    dispose() {
      totals?.dispose();
      totals = null;
      stack.dispose();
    },
  });
};
