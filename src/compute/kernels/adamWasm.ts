/**
 * Adam in one pass over the weights, in place, on the heap of the WASM backend.
 * As separate TensorFlow.js operations a step reads and writes the weights a dozen times.
 */

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

export interface AdamTensors {
  /** Changed in place. Never the second operand of a matMul: that one is packed once and remembered. */
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** Changed in place. */
  readonly mean: tf.Tensor;
  /** Changed in place. */
  readonly variance: tf.Tensor;
}

export interface AdamNumbers {
  /** Learning rate times the bias corrections of both moments. */
  readonly correctedRate: number;
  /** What decoupled decay leaves of each weight; 1 without decay. */
  readonly keep: number;
  /** Factor of the weight that is added to its gradient (L2). */
  readonly penalty: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export function canUpdateInPlace(): boolean {
  return tf.getBackend() === 'wasm';
}

/** A view of a tensor's numbers, valid until the heap grows. */
function viewOf(tensor: tf.Tensor): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/** `g += penalty·w`, `m = β₁m + (1−β₁)g`, `v = β₂v + (1−β₂)g²`, `w = keep·w − rate·m / (√v + ε)`. */
export function adamInPlace(tensors: AdamTensors, numbers: AdamNumbers): void {
  const [value, gradient, mean, variance] = [
    tensors.value,
    tensors.gradient,
    tensors.mean,
    tensors.variance,
  ].map(viewOf) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const { correctedRate, keep, penalty, beta1, beta2, epsilon } = numbers;
  for (let i = 0; i < value.length; i++) {
    const w = value[i] as number;
    const g = (gradient[i] as number) + penalty * w;
    const m = beta1 * (mean[i] as number) + (1 - beta1) * g;
    const v = beta2 * (variance[i] as number) + (1 - beta2) * g * g;
    mean[i] = m;
    variance[i] = v;
    value[i] = keep * w - (correctedRate * m) / (Math.sqrt(v) + epsilon);
  }
}
