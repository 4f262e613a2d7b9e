/**
 * BatchNorm that learns: by the mean and the variance of the rows of all workers together, its moving averages following.
 * Source: Ioffe & Szegedy, "Batch Normalization", 2015, algorithm 1, and the gradients of section 3.
 */
import { weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { PANEL } from '../assembly/tileShape.ts';
import { FLOAT_BYTES, roundUp } from '../memory.ts';
import { clearFloats, type StepWork, stepPlacesOf, type Workplace } from './partStep.ts';

/** @throws Error if a weight has no place */
export function createLearningNormStep(step: TrainableStep, workplace: Workplace): StepWork {
  const { kernels, memory, parameters, image, ownGradients, arena, layout, sum, isWriter } = workplace;
  const { node } = step;
  if (node.op !== 'batchNorm') throw new Error(`${node.name} is no batchNorm`);
  const channels = step.outputShape.at(-1) ?? 1;
  const pixels = sizeOf(step.outputShape) / channels;
  const places = stepPlacesOf(step, workplace);
  const [input = 0] = places.inputs;
  const sums = arena + layout.sums;
  const numbers = arena + (layout.norms.get(node.name) ?? 0);
  const lineBytes = roundUp(channels, PANEL) * FLOAT_BYTES;
  const addressOf = (line: number) => numbers + line * lineBytes;
  const viewAt = (address: number) => new Float32Array(memory.buffer, address, channels);
  const [mean, scale, shift, ofGradient, ofInput, constant] = [0, 1, 2, 3, 4, 5].map(addressOf) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const weightAt = (kind: string, base: number) => {
    const placed = parameters.byKey.get(weightKey(node.name, kind));
    if (!placed) throw new Error(`${node.name} has no ${kind}`);
    return viewAt(base + placed.offset * FLOAT_BYTES);
  };
  const [gamma, beta] = [weightAt('gamma', image), weightAt('beta', image)];
  const [movingMean, movingVariance] = [weightAt('movingMean', image), weightAt('movingVariance', image)];
  const [gammaGradient, betaGradient] = [weightAt('gamma', ownGradients), weightAt('beta', ownGradients)];
  /** `1 / √(variance + ε)` of the last pass, and how many places it went over. */
  const inverse = new Float64Array(channels);
  let count = 1;

  /** What a kernel adds up for each channel. */
  function ownSums(add: () => void): Float64Array {
    clearFloats(memory, sums, channels * 4);
    add();
    return new Float64Array(memory.buffer, sums, channels * 2).slice();
  }

  function writeFactors(meanOf: (channel: number) => number, inverseOf: (channel: number) => number): void {
    const [scales, shifts] = [viewAt(scale), viewAt(shift)];
    for (let c = 0; c < channels; c++) {
      const factor = (gamma[c] as number) * inverseOf(c);
      scales[c] = factor;
      shifts[c] = (beta[c] as number) - meanOf(c) * factor;
    }
  }

  async function seeBatch(rows: number): Promise<void> {
    const own = ownSums(() => kernels.batchSums(input, rows * pixels, channels, sums));
    const all = new Float64Array([...own, rows * pixels]);
    await sum(all);
    count = Math.max(1, all[channels * 2] as number);
    const means = new Float64Array(channels);
    const stored = viewAt(mean);
    const { momentum, epsilon } = node as typeof node & { op: 'batchNorm' };
    // With Bessel's correction, as PyTorch and Keras have it.
    const correction = count / Math.max(count - 1, 1);
    for (let c = 0; c < channels; c++) {
      const average = (all[2 * c] as number) / count;
      const variance = Math.max(0, (all[2 * c + 1] as number) / count - average * average);
      means[c] = average;
      stored[c] = average;
      inverse[c] = 1 / Math.sqrt(variance + epsilon);
      if (!isWriter) continue;
      movingMean[c] = (movingMean[c] as number) * momentum + average * (1 - momentum);
      movingVariance[c] = (movingVariance[c] as number) * momentum + variance * correction * (1 - momentum);
    }
    writeFactors(
      (c) => means[c] as number,
      (c) => inverse[c] as number,
    );
  }

  return {
    async forward({ rows, isTraining }) {
      if (isTraining) await seeBatch(rows);
      else {
        writeFactors(
          (c) => movingMean[c] as number,
          (c) => 1 / Math.sqrt((movingVariance[c] as number) + node.epsilon),
        );
      }
      const bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
      kernels.scaleShift(input, scale, shift, places.output, rows * pixels, channels, ...bounds);
    },
    async backward({ rows, begun }) {
      const { gradient } = places;
      const all = ownSums(() => kernels.gradientSums(gradient, input, mean, rows * pixels, channels, sums));
      for (let c = 0; c < channels; c++) {
        betaGradient[c] = (betaGradient[c] as number) + (all[2 * c] as number);
        gammaGradient[c] = (gammaGradient[c] as number) + (all[2 * c + 1] as number) * (inverse[c] as number);
      }
      const sent = places.sendTo(0, begun);
      if (!sent) return;
      await sum(all);
      const [means, factors, slopes, rests] = [mean, ofGradient, ofInput, constant].map(viewAt) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      for (let c = 0; c < channels; c++) {
        const factor = (gamma[c] as number) * (inverse[c] as number);
        const slope = (-factor * (inverse[c] as number) ** 2 * (all[2 * c + 1] as number)) / count;
        factors[c] = factor;
        slopes[c] = slope;
        rests[c] = (-factor * (all[2 * c] as number)) / count - slope * (means[c] as number);
      }
      const lines = [ofGradient, ofInput, constant, sent.to] as const;
      kernels.normBackward(gradient, input, ...lines, rows * pixels, channels, sent.adds);
    },
  };
}
