/** BatchNorm in training: as a factor and a summand where it is frozen, by the batch where it learns. */
import * as tf from '@tensorflow/tfjs-core';
import { getWeight, type Network } from '../../../../network/network.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import type { Parameter } from './parameter.ts';
import { type LayerWork, needed, type Statistic } from './trainableLayer.ts';

export interface LayerWeights {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
  /** Goes with the layer. */
  readonly owned: tf.Tensor[];
}

/** Its weights do not train: a factor and a summand for each channel. */
export function frozenNormWork(step: TrainableStep, network: Network, owned: tf.Tensor[]): LayerWork {
  const { node } = step;
  if (node.op !== 'batchNorm') throw new Error(`${node.name} is no batchNorm`);
  const valuesOf = (kind: string) => getWeight(network, node.name, kind).values;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(valuesOf);
  const scale = Float64Array.from(gamma ?? [], (g, c) => g / Math.sqrt((variance?.[c] ?? 0) + node.epsilon));
  const shift = Float32Array.from(scale, (s, c) => (beta?.[c] ?? 0) - (mean?.[c] ?? 0) * s);
  const [factor, summand] = [tf.tensor1d(Float32Array.from(scale)), tf.tensor1d(shift)];
  owned.push(factor, summand);
  return {
    forward: ([x]) => tf.add(tf.mul(needed(x), factor), summand),
    backward: ({ gradient }) => ({ parameters: [], inputs: [tf.mul(gradient, factor)] }),
  };
}

/** Sum over all places, `[channels]`. @param rows `[places, channels]` */
function sumOfPlaces(rows: tf.Tensor2D): tf.Tensor1D {
  // A product: sums along the first axis would turn the whole map round first.
  return tf.reshape(tf.matMul(tf.ones([1, rows.shape[0]]), rows), [-1]);
}

interface BatchMoments {
  readonly mean: tf.Tensor1D;
  /** Of the batch itself: divided by its places. */
  readonly variance: tf.Tensor1D;
}

/** The mean first and the deviations from it then: squares of large numbers would lose small differences. */
function momentsOf(rows: tf.Tensor2D): BatchMoments {
  const places = rows.shape[0];
  const mean: tf.Tensor1D = tf.div(sumOfPlaces(rows), places);
  const variance: tf.Tensor1D = tf.div(sumOfPlaces(tf.square(tf.sub(rows, mean))), places);
  return { mean, variance };
}

/**
 * By the mean and the variance of the batch; the moving averages keep the fraction `momentum` of themselves at each pass
 * of training, and take the variance with Bessel's correction, as PyTorch and Keras do.
 * Source: Ioffe & Szegedy, "Batch Normalization", 2015, algorithm 1, and the gradients of section 3.
 */
export function learningNormWork(
  step: TrainableStep,
  { parameters: [gamma, beta], statistics: [movingMean, movingVariance] }: LayerWeights,
): LayerWork {
  const { node } = step;
  if (node.op !== 'batchNorm' || !gamma || !beta || !movingMean || !movingVariance) {
    throw new Error(`${node.name} is no batchNorm with weights`);
  }
  const { momentum, epsilon } = node;
  const toRows = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [-1, gamma.value.size]);
  const inverseDeviation = (variance: tf.Tensor): tf.Tensor => tf.rsqrt(tf.add(variance, epsilon));

  function follow(statistic: Statistic, seen: tf.Tensor): void {
    const before = statistic.value;
    statistic.value = tf.keep(tf.add(tf.mul(before, momentum), tf.mul(seen, 1 - momentum)));
    before.dispose();
  }

  function normalise(x: tf.Tensor, { mean, variance }: { mean: tf.Tensor; variance: tf.Tensor }): tf.Tensor {
    const factor = tf.mul(inverseDeviation(variance), gamma?.value as tf.Tensor);
    return tf.add(tf.mul(x, factor), tf.sub(beta?.value as tf.Tensor, tf.mul(mean, factor)));
  }

  return {
    forward([x], { isTraining }) {
      const map = needed(x);
      if (!isTraining) return normalise(map, { mean: movingMean.value, variance: movingVariance.value });
      const rows = toRows(map);
      const places = rows.shape[0];
      const moments = momentsOf(rows);
      follow(movingMean, moments.mean);
      follow(movingVariance, tf.mul(moments.variance, places / Math.max(places - 1, 1)));
      return normalise(map, moments);
    },
    backward({ gradient, inputs: [x] }) {
      const rows = toRows(needed(x));
      const sent = toRows(gradient);
      const places = rows.shape[0];
      const { mean, variance } = momentsOf(rows);
      const inverse = inverseDeviation(variance);
      const normal = tf.mul<tf.Tensor2D>(tf.sub(rows, mean), inverse);
      const ofBeta = sumOfPlaces(sent);
      const ofGamma = sumOfPlaces(tf.mul(sent, normal));
      const inputs = step.wantsGradient[0]
        ? [
            tf.reshape(
              tf.mul(
                tf.sub(sent, tf.div(tf.add(ofBeta, tf.mul(normal, ofGamma)), places)),
                tf.mul(inverse, gamma.value),
              ),
              gradient.shape,
            ),
          ]
        : [undefined];
      return { parameters: [ofGamma, ofBeta], inputs };
    },
  };
}
