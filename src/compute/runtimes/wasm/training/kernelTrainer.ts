/** Trains a head with kernels of our own. */

import { allocateFloats } from '../../../../shared/allocate.ts';
import type { Random } from '../../../../shared/random.ts';
import { splitIntoBatches } from '../../../training/batches.ts';
import { toRowTargets } from '../../../training/targets.ts';
import type { BatchTotals, HeadTrainer, HeadTrainerArgs } from '../../../training/trainer.ts';
import { slotNamesOf, updateRule } from '../../../training/updateRule.ts';
import type { CompiledKernels } from '../builds.ts';
import { createKernelStack } from './kernelStack.ts';
import { softmaxInto, softmaxLoss } from './softmaxLoss.ts';

/** Rows of one forward pass of the evaluation: each pass reads all weights once. */
const EVALUATION_ROWS = 96;
const NO_TOTALS: BatchTotals = { lossSum: 0, weightSum: 0, correct: 0 };

/** As `CreateHeadTrainer`, with the kernels. @throws AppError and Error as `createKernelStack` */
export async function createKernelTrainer(
  compiled: CompiledKernels,
  { table, classWeights, settings, start }: HeadTrainerArgs,
): Promise<HeadTrainer> {
  const { batchSize, accumulationSteps, clipNorm, labelSmoothing, focalGamma } = settings;
  // Where a step is one batch of any norm, gradients need not be kept.
  const gathers = accumulationSteps > 1 || clipNorm !== null;
  const classCount = classWeights.length;
  const stack = await createKernelStack(compiled, start.head, {
    rowCapacity: Math.max(batchSize, EVALUATION_ROWS),
    ...{ batchSize, gathers },
    slotNames: slotNamesOf(settings),
  });
  stack.writeState(start.optimizerState);
  const { logits, logitStride, rowCapacity } = stack;
  let steps = start.optimizerSteps;
  let totals = NO_TOTALS;
  const toNetwork = () => ({ ...start.head, weights: stack.readWeights() });

  /** Forward, to the gradient of the logits. @param weightSum of all rows of the step */
  function lossOf(rows: Int32Array, random: Random, weightSum: number): void {
    stack.load(table, rows);
    stack.forward(rows.length, random);
    const { fractions, weights } = toRowTargets(table, rows, classWeights);
    const lossSettings = { labelSmoothing, focalGamma };
    const batch = { logits, stride: logitStride, classCount, fractions, weights, weightSum, ...lossSettings };
    const ofBatch = softmaxLoss(batch, stack.logitGradients(rows.length));
    totals = {
      lossSum: totals.lossSum + ofBatch.lossSum,
      weightSum: totals.weightSum + ofBatch.weightSum,
      correct: totals.correct + ofBatch.correct,
    };
  }

  return {
    step(rows, random, learningRate) {
      steps += 1;
      const ruleOf = (isKernel: boolean) => updateRule(settings, { step: steps, learningRate }, isKernel);
      const stepWeight = toRowTargets(table, rows, classWeights).weightSum;
      for (const part of splitIntoBatches(rows, batchSize)) {
        lossOf(part, random, stepWeight);
        if (gathers) stack.gather(part.length);
        else stack.backward(part.length, ruleOf);
      }
      if (gathers) stack.applyGathered(ruleOf, clipNorm);
    },
    async takeTotals() {
      const taken = totals;
      totals = NO_TOTALS;
      return taken;
    },
    async predict(rows) {
      const probabilities = allocateFloats(rows.length * classCount);
      for (let first = 0; first < rows.length; first += rowCapacity) {
        const part = rows.subarray(first, first + rowCapacity);
        stack.load(table, part);
        stack.forward(part.length, null);
        for (let row = 0; row < part.length; row++) {
          softmaxInto(logits, row * logitStride, classCount, probabilities, (first + row) * classCount);
        }
      }
      return probabilities;
    },
    toNetwork: async () => toNetwork(),
    snapshot: async () => ({
      head: toNetwork(),
      optimizerState: stack.readState(),
      optimizerSteps: steps,
    }),
    restore: (head) => stack.writeWeights(head),
    dispose() {
      // The memory goes with the trainer.
    },
  };
}
