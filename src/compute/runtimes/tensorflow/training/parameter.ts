/** A tensor that trains. */
import type * as tf from '@tensorflow/tfjs-core';

/** With whatever its optimiser remembers of it. */
export interface Parameter {
  /** `nodeName/kind`, as in the network. */
  readonly key: string;
  value: tf.Tensor;
  /** Decay and L2 touch kernels only. */
  readonly isKernel: boolean;
  /** State of the optimiser, by name. */
  readonly slots: Map<string, tf.Tensor>;
}
