/** Trains what lies behind a cut of a network from activations at the cut, on the current backend, for the loop of `train.ts`. */
import * as tf from '@tensorflow/tfjs-core';
import { costsOf } from '../../../../network/cost.ts';
import { allocateFloats } from '../../../../shared/allocate.ts';
import { throwIfCancelled, toAppError } from '../../../../shared/errors.ts';
import type { Random } from '../../../../shared/random.ts';
import { drawMasks } from '../../../training/dropoutMasks.ts';
import { type RowTargets, toRowTargets } from '../../../training/targets.ts';
import type { Trainer, TrainerArgs } from '../../../training/trainer.ts';
import { slotNamesOf } from '../../../training/updateRule.ts';
import { yieldToMessages } from '../../../yield.ts';
import { named, withNames } from '../named.ts';
import { addGradients, clipToNorm } from './clip.ts';
import { createLayerStack, type LayerBatch } from './layerStack.ts';
import { createOptimizer, readSlots, writeSlots } from './optimizers.ts';
import type { Parameter } from './parameter.ts';

/** What goes wrong with pictures or the disk is no fault of the backend. */
function asItself(thrown: unknown): never {
  throw toAppError(thrown);
}

/** Multiply-adds that a device may be behind: reading a number waits for it, and not at each small step. */
const MOST_BEHIND = 1e9;
/** Forward, to the inputs and to the weights. */
const PASSES = 3;

/** Rows `first` to `first + capacity` of `[rows, width]`, filled up with zeros. */
function cutRows(values: Float32Array, width: number, first: number, capacity: number): Float32Array {
  const part = values.subarray(first * width, (first + capacity) * width);
  if (part.length === capacity * width) return part;
  const filled = new Float32Array(capacity * width);
  filled.set(part);
  return filled;
}

/**
 * A trainer of `start.head`. Its rows go through in micro-batches, whose gradients add up to that of all rows; a BatchNorm
 * that learns goes by its micro-batch.
 * @throws as `createLayerStack`
 */
export async function createLayerTrainer(args: TrainerArgs): Promise<Trainer> {
  const { source, labels, classWeights, settings, start, microBatch, signal, norms = 'frozen' } = args;
  const classCount = classWeights.length;
  const stack = named(() => createLayerStack(start.head, settings, norms));
  const { dropouts, steps } = stack.plan;
  const shape = steps[0]?.outputShape ?? [];
  const width = shape.reduce((product, side) => product * side, 1);
  const optimizer = createOptimizer(settings, start.optimizerSteps);
  writeSlots(stack.parameters, slotNamesOf(settings), start.optimizerState);
  const perRow = PASSES * costsOf(start.head.nodes).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  /** One shape for all steps spares a GPU new shaders, and need be no larger than a step. */
  const stepRows = Math.min(microBatch, settings.batchSize * settings.accumulationSteps);
  let behind = 0;
  /** `[lossSum, correct]`, on the backend. */
  let totals: tf.Tensor | null = null;
  let weightSum = 0;

  function addTotals(before: tf.Tensor | null, sums: tf.Tensor): tf.Tensor {
    if (!before) return sums;
    const both = tf.add(before, sums);
    tf.dispose([before, sums]);
    return both;
  }

  const toInput = (values: Float32Array, first: number, capacity = microBatch) =>
    tf.tensor(cutRows(values, width, first, capacity), [capacity, ...shape]);

  function toMasks(rowCount: number, capacity: number, random: Random): Map<string, tf.Tensor> {
    const drawn = drawMasks(dropouts, rowCount, capacity, random);
    return new Map(
      dropouts.map(({ node }, i) => {
        const inputShape = stack.plan.shapes.get(node.name) ?? [];
        return [node.name, tf.tensor(drawn[i] as Float32Array, [capacity, ...inputShape])];
      }),
    );
  }

  function toBatch(values: Float32Array, targets: RowTargets, first: number, random: Random): LayerBatch {
    const rowCount = Math.min(stepRows, values.length / width - first);
    // What fills a batch up would count in the mean of a BatchNorm.
    const capacity = norms === 'learning' ? rowCount : stepRows;
    const fractions = cutRows(targets.fractions, classCount, first, capacity);
    return {
      input: toInput(values, first, capacity),
      targets: tf.tensor2d(fractions, [capacity, classCount]),
      weights: tf.tensor2d(cutRows(targets.weights, 1, first, capacity), [capacity, 1]),
      masks: toMasks(rowCount, capacity, random),
    };
  }

  return withNames<Trainer>({
    async step(rows, random, learningRate) {
      const { values, mixes } = await source.training(rows).catch(asItself);
      const ofBatch = { labels: rows.map((row) => labels[row] as number), mixes };
      const targets = toRowTargets(ofBatch, classWeights);
      let gradients: ReadonlyMap<Parameter, tf.Tensor> | null = null;
      let sums: tf.Tensor | null = null;
      try {
        for (let first = 0; first < rows.length; first += stepRows) {
          if (first > 0) await yieldToMessages();
          throwIfCancelled(signal);
          const batch = toBatch(values, targets, first, random);
          const result = stack.step(batch, targets.weightSum);
          gradients = addGradients(gradients, result.gradients);
          sums = addTotals(sums, tf.stack([result.lossSum, result.correct]));
          tf.dispose([result.lossSum, result.correct, batch.input, batch.targets, batch.weights]);
          tf.dispose([...batch.masks.values()]);
        }
      } catch (thrown) {
        tf.dispose([...(gradients?.values() ?? []), ...(sums ? [sums] : [])]);
        throw thrown;
      }
      if (!gradients || !sums) return;
      const { clipNorm } = settings;
      optimizer.apply(clipNorm === null ? gradients : clipToNorm(gradients, clipNorm), learningRate);
      totals = addTotals(totals, sums);
      weightSum += targets.weightSum;
      behind += rows.length * perRow;
      if (behind < MOST_BEHIND) return;
      behind = 0;
      await totals.data();
    },
    async takeTotals() {
      const [taken, takenWeight] = [totals, weightSum];
      totals = null;
      weightSum = 0;
      if (!taken) return { lossSum: 0, weightSum: 0, correct: 0 };
      try {
        const [lossSum = Number.NaN, correct = 0] = (await taken.data()) as Float32Array;
        return { lossSum, weightSum: takenWeight, correct };
      } finally {
        taken.dispose();
      }
    },
    async predict(rows) {
      const probabilities = allocateFloats(rows.length * classCount);
      for (let first = 0; first < rows.length; first += microBatch) {
        // Rows that are kept come at once, and a product on the processor is done when it returns: nothing else would
        // let a message in.
        await yieldToMessages();
        throwIfCancelled(signal);
        const part = rows.subarray(first, first + microBatch);
        const input = toInput(await source.plain(part).catch(asItself), 0);
        const output = stack.predict(input);
        const values = (await output.data()) as Float32Array;
        probabilities.set(values.subarray(0, part.length * classCount), first * classCount);
        tf.dispose([input, output]);
      }
      return probabilities;
    },
    toNetwork: () => stack.toNetwork(),
    snapshot: async () => ({
      head: await stack.toNetwork(),
      optimizerState: await readSlots(stack.parameters),
      optimizerSteps: optimizer.steps,
    }),
    restore: (head) => stack.restore(head),
    dispose() {
      totals?.dispose();
      totals = null;
      stack.dispose();
    },
  });
}
