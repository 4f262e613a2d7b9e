/** One node that trains, or that passes a gradient on, as the stack of them sees it. */
import type * as tf from '@tensorflow/tfjs-core';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import type { Parameter } from './parameter.ts';

/** What the backward pass of a node is given. */
export interface BackwardPass {
  /** Of its output. */
  readonly gradient: tf.Tensor;
  /** As far as its step keeps them. */
  readonly inputs: readonly (tf.Tensor | undefined)[];
  readonly output: tf.Tensor | undefined;
  /** Of a dropout: what each input was multiplied by. */
  readonly mask: tf.Tensor | undefined;
}

export interface BackwardResult {
  /** Gradients of the inputs, where they are wanted. */
  readonly inputs: (tf.Tensor | undefined)[];
  /** Gradients of the layer's parameters, in their order. */
  readonly parameters: tf.Tensor[];
}

/** What a pass forward is for. */
export interface ForwardPass {
  /** A BatchNorm that learns goes by the batch, and its moving averages follow. */
  readonly isTraining: boolean;
  /** Of a dropout; undefined: nothing is dropped. */
  readonly mask: tf.Tensor | undefined;
}

/** A weight that follows what it sees instead of a gradient. */
export interface Statistic {
  /** Its key in the network. */
  readonly key: string;
  value: tf.Tensor;
}

export interface TrainableLayer {
  readonly step: TrainableStep;
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
  forward(inputs: readonly tf.Tensor[], pass: ForwardPass): tf.Tensor;
  backward(pass: BackwardPass): BackwardResult;
  /** Frees the parameters and what the optimiser remembers of them. */
  dispose(): void;
}

/** What a kind of node does. */
export type LayerWork = Pick<TrainableLayer, 'forward' | 'backward'>;

/** What the forward pass was to keep. @throws Error if it did not */
export function needed(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('the forward pass did not keep what the backward pass needs');
  return tensor;
}
