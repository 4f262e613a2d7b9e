/** Rows of one worker through a part that trains: forward, loss, and back to the gradients of the weights. */
import { sizeOf } from '../../../../network/shapes.ts';
import type { LossSettings } from '../../../training/loss.ts';
import type { TrainablePlan, TrainableStep } from '../../../training/trainablePlan.ts';
import type { BatchTotals } from '../../../training/trainer.ts';
import { createDenseStep } from './denseStep.ts';
import { createLearningNormStep } from './learningNormStep.ts';
import type { MovesNow, PartStep, StepWork, Workplace } from './partStep.ts';
import { isDepthwise } from './placedParameters.ts';
import { createPlainStep } from './plainSteps.ts';
import { createProductStep } from './productStep.ts';
import { softmaxInto, softmaxLoss } from './softmaxLoss.ts';
import { createDepthwiseStep } from './windowSteps.ts';
import { winogradShapeOf } from './winogradChunks.ts';
import { createWinogradStep } from './winogradStep.ts';

/** Rows of a pass as one worker gets them. */
export interface PassRows {
  /** At the cut, `[rows, …]`. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Fractions of the classes, `[rows, classes]`, and weights, `[rows]`. */
  readonly fractions: Float32Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
  /** Of all rows of the optimiser's step. */
  readonly weightSum: number;
  /** Of each dropout, in their order: what each input is multiplied by. */
  readonly masks: readonly Float32Array<ArrayBuffer>[];
}

export interface PartPass {
  /** Adds the rows' gradients to those of the worker. @param moves what need not be gathered @returns what the rows came to */
  train(rows: PassRows, moves: MovesNow | null): Promise<BatchTotals>;
  /** Probabilities `[rows, classes]`. @param values at the cut, `[rows, …]` */
  predict(values: Float32Array): Promise<Float32Array<ArrayBuffer>>;
}

function createStep(step: TrainableStep, workplace: Workplace): PartStep {
  const workOf = (): StepWork => {
    if (step.learnsNorm) return createLearningNormStep(step, workplace);
    if (step.node.op === 'dense') return createDenseStep(step, workplace);
    if (step.node.op !== 'conv2d') return createPlainStep(step, workplace);
    if (isDepthwise(step)) return createDepthwiseStep(step, workplace);
    const winograd = winogradShapeOf(step);
    return winograd ? createWinogradStep(step, winograd, workplace) : createProductStep(step, workplace);
  };
  return { step, ...workOf() };
}

/** @throws Error for a plan without steps, and if a weight has no place */
export function createPartPass(plan: TrainablePlan, workplace: Workplace, loss: LossSettings): PartPass {
  const { memory, arena, layout } = workplace;
  const steps = plan.steps.map((step) => createStep(step, workplace));
  const [first, last] = [plan.steps[0], plan.steps.at(-1)];
  if (!first || !last) throw new Error('a part without steps');
  const width = sizeOf(first.outputShape);
  const classCount = sizeOf(last.outputShape);
  const viewOf = (offset: number | undefined, count: number) =>
    new Float32Array(memory.buffer, arena + (offset ?? 0), count);

  async function forward(values: Float32Array, isTraining: boolean): Promise<Float32Array> {
    const rows = values.length / width;
    viewOf(layout.maps.get(first?.output ?? ''), values.length).set(values);
    for (const step of steps) {
      const waits = step.forward({ rows, isTraining });
      if (waits) await waits;
    }
    return viewOf(layout.maps.get(last?.output ?? ''), rows * classCount);
  }

  return {
    async train({ values, fractions, weights, weightSum, masks }, moves) {
      const rows = weights.length;
      plan.dropouts.forEach(({ node }, i) => {
        const mask = masks[i];
        if (mask) viewOf(layout.masks.get(node.name), mask.length).set(mask);
      });
      const logits = await forward(values, true);
      const gradients = viewOf(layout.gradients.get(last.output), rows * classCount);
      const batch = { logits, classCount, fractions, weights, weightSum, ...loss };
      const totals = softmaxLoss(batch, gradients);
      const begun = new Set([last.output]);
      for (const step of steps.toReversed()) {
        if (!begun.has(step.step.output)) continue;
        const waits = step.backward({ rows, begun, moves });
        if (waits) await waits;
      }
      return totals;
    },
    async predict(values) {
      const logits = await forward(values, false);
      const probabilities = new Float32Array(logits.length);
      for (let at = 0; at < logits.length; at += classCount) {
        softmaxInto(logits, at, classCount, probabilities, at);
      }
      return probabilities;
    },
  };
}
