/** Trains a head with kernels of our own. */
import type { CompiledKernels } from '../trunk/kernels.ts';
import type { BatchTotals, HeadTrainer, HeadTrainerArgs } from './headTrainer.ts';
import { createKernelStack } from './kernelStack.ts';
import { softmax, softmaxLoss } from './softmaxLoss.ts';
import { slotNamesOf, updateRule } from './updateRule.ts';

/** Rows of one forward pass of the evaluation: each pass reads all weights once. */
const EVALUATION_ROWS = 96;
const NO_TOTALS: BatchTotals = { lossSum: 0, weightSum: 0, correct: 0 };

/** As `CreateHeadTrainer`, with the kernels. @throws AppError and Error as `createKernelStack` */
export async function createKernelTrainer(
  compiled: CompiledKernels,
  { table, classWeights, settings, start }: HeadTrainerArgs,
): Promise<HeadTrainer> {
  const { batchSize, labelSmoothing } = settings;
  const classCount = classWeights.length;
  const stack = await createKernelStack(compiled, start.head, {
    rowCapacity: Math.max(batchSize, EVALUATION_ROWS),
    batchSize,
    slotNames: slotNamesOf(settings),
  });
  stack.writeState(start.optimizerState);
  const { logits, logitStride, rowCapacity } = stack;
  let steps = start.optimizerSteps;
  let totals = NO_TOTALS;
  const toNetwork = () => ({ ...start.head, weights: stack.readWeights() });

  return {
    step(rows, random, learningRate) {
      steps += 1;
      stack.load(table, rows);
      stack.forward(rows.length, random);
      const targets = rows.map((row) => table.labels[row] as number);
      const batch = { logits, stride: logitStride, targets, classWeights, labelSmoothing };
      const { lossSum, weightSum, correct } = softmaxLoss(batch, stack.logitGradients(rows.length));
      totals = {
        lossSum: totals.lossSum + lossSum,
        weightSum: totals.weightSum + weightSum,
        correct: totals.correct + correct,
      };
      stack.backward(rows.length, (isKernel) =>
        updateRule(settings, { step: steps, learningRate }, isKernel),
      );
    },
    async takeTotals() {
      const taken = totals;
      totals = NO_TOTALS;
      return taken;
    },
    async predict(rows) {
      const probabilities = new Float32Array(rows.length * classCount);
      for (let first = 0; first < rows.length; first += rowCapacity) {
        const part = rows.subarray(first, first + rowCapacity);
        stack.load(table, part);
        stack.forward(part.length, null);
        for (let row = 0; row < part.length; row++) {
          softmax(logits, row * logitStride, classCount, probabilities, (first + row) * classCount);
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
