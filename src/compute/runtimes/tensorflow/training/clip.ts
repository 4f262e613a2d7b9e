/** Keeps a step of the optimiser from going too far when gradients explode. */
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from './parameter.ts';

/**
 * Gradients scaled down, all by one factor, to a norm of at most `clipNorm` over all of them together (Pascanu et al.,
 * "On the difficulty of training recurrent neural networks", 2013, algorithm 1). What pulls weights towards zero (L2,
 * decay) comes after and is not clipped. Nothing is read from the backend.
 * @param gradients freed
 */
export function clipToNorm(
  gradients: ReadonlyMap<Parameter, tf.Tensor>,
  clipNorm: number,
): Map<Parameter, tf.Tensor> {
  const clipped = new Map<Parameter, tf.Tensor>();
  tf.tidy(() => {
    // Line by line: one long sum of float32 numbers loses what comes last.
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.sum(tf.square(gradient), -1)));
    const norm = tf.sqrt(tf.sum(tf.stack(squares)));
    const factor = tf.div(clipNorm, tf.maximum(norm, clipNorm));
    for (const [parameter, gradient] of gradients) clipped.set(parameter, tf.mul(gradient, factor));
    return [...clipped.values()];
  });
  tf.dispose([...gradients.values()]);
  return clipped;
}

/**
 * Adds gradients of the same parameters, and frees both.
 * @param sum null: nothing was gathered yet
 * @throws Error if they are of other parameters
 */
export function addGradients(
  sum: ReadonlyMap<Parameter, tf.Tensor> | null,
  gradients: ReadonlyMap<Parameter, tf.Tensor>,
): ReadonlyMap<Parameter, tf.Tensor> {
  if (!sum) return gradients;
  const added = new Map<Parameter, tf.Tensor>();
  for (const [parameter, gradient] of gradients) {
    const before = sum.get(parameter);
    if (!before) throw new Error(`no gradient of ${parameter.key} was gathered`);
    added.set(parameter, tf.add(before, gradient));
    tf.dispose([before, gradient]);
  }
  return added;
}
