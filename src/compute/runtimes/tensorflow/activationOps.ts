/** The activations apart from ReLU on tensors, forward and backward, by the formulas of `network/activationKinds.ts`. */
import * as tf from '@tensorflow/tfjs-core';
import type { ActivationNode } from '../../../network/network.ts';

/** `min(max(x + 3, 0), 6) / 6`. */
function hardSigmoid<T extends tf.Tensor>(x: T): T {
  return tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6) as T;
}

/** Of the input's shape. */
export function applyActivation<T extends tf.Tensor>(x: T, { kind, slope }: ActivationNode): T {
  switch (kind) {
    case 'leakyRelu':
      return tf.leakyRelu(x, slope);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'silu':
      return tf.tidy(() => tf.mul(x, tf.sigmoid(x)) as T);
    case 'hardSwish':
      return tf.tidy(() => tf.mul(x, hardSigmoid(x)) as T);
  }
}

/** The derivative at the input of the forward pass. To be called within a `tf.tidy`. */
export function activationDerivative(x: tf.Tensor, { kind, slope }: ActivationNode): tf.Tensor {
  switch (kind) {
    case 'leakyRelu':
      return tf.step(x, slope);
    case 'sigmoid': {
      const y = tf.sigmoid(x);
      return tf.mul(y, tf.sub(1, y));
    }
    case 'silu': {
      const y = tf.sigmoid(x);
      return tf.mul(y, tf.add(1, tf.mul(x, tf.sub(1, y))));
    }
    case 'hardSwish': {
      // The factor, and where the factor itself moves (between −3 and 3) the input's sixth as well.
      const moves = tf.mul(tf.step(tf.add(x, 3)), tf.step(tf.sub(3, x)));
      return tf.add(hardSigmoid(x), tf.div(tf.mul(x, moves), 6));
    }
  }
}
