/** Loss of a batch and its gradient for the logits, with TensorFlow.js; `softmaxLoss.ts` is the same in plain loops. */
import * as tf from '@tensorflow/tfjs-core';
import { type LossSettings, SMALLEST_PROBABILITY } from '../../../training/loss.ts';

export interface LogitTensors {
  /** `[batch, classes]`. */
  readonly logits: tf.Tensor2D;
  /** Fractions of the classes, `[batch, classes]`, as `toRowTargets` has them. */
  readonly targets: tf.Tensor2D;
  /** `[batch, 1]`; zero for rows that only fill the batch up. */
  readonly weights: tf.Tensor2D;
}

export interface LogitError {
  /** Gradient of the mean loss for the logits, `[batch, classes]`. */
  readonly error: tf.Tensor2D;
  /** Σ weight · cross-entropy against the targets as they are, in nats. Scalar. */
  readonly lossSum: tf.Tensor;
  /** Rows with weight > 0 whose largest probability is that of the largest fraction. Scalar. */
  readonly correct: tf.Tensor;
}

/**
 * With targets `t` (smoothed) and probabilities `p`, the loss that trains is `Σ t·(1−p)^γ·(−log p)`: the focal loss
 * (Lin et al., "Focal Loss for Dense Object Detection", 2017, equation 4) of each class by its fraction, and with γ = 0
 * the cross-entropy. Its gradient for logit k is `a_k − p_k·Σ a`, where
 * `a = t·(1−p)^γ·(γ·p·log p / (1−p) − 1)`.
 * @param probabilities `[batch, classes]`
 */
function focalError(probabilities: tf.Tensor2D, targets: tf.Tensor2D, gamma: number): tf.Tensor {
  const others = tf.maximum(tf.sub(1, probabilities), SMALLEST_PROBABILITY);
  const logs = tf.log(tf.maximum(probabilities, SMALLEST_PROBABILITY));
  const slope = tf.sub(tf.mul(tf.div(tf.mul(probabilities, logs), others), gamma), 1);
  const a = tf.mul(targets, tf.mul(tf.pow(others, gamma), slope));
  return tf.sub(a, tf.mul(probabilities, tf.sum(a, 1, true)));
}

/**
 * To be called within a `tf.tidy`.
 * @param weightSum Σ weights of all rows that go into one step of the optimiser, of which these may be a part
 */
export function logitError(
  { logits, targets, weights }: LogitTensors,
  weightSum: number,
  { labelSmoothing, focalGamma }: LossSettings,
): LogitError {
  const probabilities = tf.softmax(logits);
  const smoothed =
    labelSmoothing === 0
      ? targets
      : tf.add<tf.Tensor2D>(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / targets.shape[1]);
  const raw =
    focalGamma === 0 ? tf.sub(probabilities, smoothed) : focalError(probabilities, smoothed, focalGamma);
  const logs = tf.log(tf.maximum(probabilities, SMALLEST_PROBABILITY));
  const crossEntropy = tf.neg(tf.sum(tf.mul(logs, targets), 1, true));
  const isHit = tf.cast(tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1)), 'float32');
  const isReal = tf.reshape(tf.step(weights), [-1]);
  return {
    error: tf.div(tf.mul(raw, weights), weightSum),
    lossSum: tf.sum(tf.mul(crossEntropy, weights)),
    correct: tf.sum(tf.mul(isHit, isReal)),
  };
}
