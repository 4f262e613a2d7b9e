/**
 * A stack of dense layers that trains: forward and backward written out by hand.
 *
 * Everything is kept "features first": kernels `[units, inputs]`, activations `[features, batch]`. Then no large
 * matrix is ever transposed, and the WASM matMul, which repacks its second operand at every call, repacks the small
 * batch instead of the kernel. The features themselves get no gradient: nothing before them trains.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Network, Weight } from '../../../../network/network.ts';
import { type HeadLayer, toHeadLayers, weightValues } from '../../../training/headLayers.ts';
import type { LossSettings } from '../../../training/loss.ts';
import { type LogitError, logitError } from './logitError.ts';

/** A tensor that trains, with whatever its optimiser remembers of it. */
export interface Parameter {
  /** `nodeName/kind`, as in the network. */
  readonly key: string;
  value: tf.Tensor;
  /** Decay and L2 touch kernels only. */
  readonly isKernel: boolean;
  /** State of the optimiser, by name. */
  readonly slots: Map<string, tf.Tensor>;
}

interface Layer extends HeadLayer {
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
}

export interface Batch {
  /** `[batch, features]`. */
  readonly rows: tf.Tensor2D;
  /** The same, `[features, batch]`: made on the CPU, where it costs nothing. */
  readonly columns: tf.Tensor2D;
  /** Fractions of the classes, `[batch, classes]`. */
  readonly targets: tf.Tensor2D;
  /** `[batch, 1]`; zero for rows that only fill the batch up. */
  readonly weights: tf.Tensor2D;
}

export interface StepResult extends Pick<LogitError, 'lossSum' | 'correct'> {
  readonly gradients: ReadonlyMap<Parameter, tf.Tensor>;
}

export interface DenseStack {
  readonly parameters: readonly Parameter[];
  /**
   * One training pass.
   * @param weightSum Σ weights of all rows that go into one step of the optimiser
   * @param dropMask uniform numbers [0, 1) for `size` units, for the seeded dropout
   */
  step(batch: Batch, weightSum: number, dropMask: (size: number) => Float32Array): StepResult;
  /** Probabilities `[batch, classes]` without dropout, from `columns` `[features, batch]`. */
  predict(columns: tf.Tensor2D): tf.Tensor2D;
  /** The head with the weights as they are now. */
  toNetwork(): Promise<Network>;
  /** Puts the weights of a head of the same layers in place; what the optimiser remembers stays. */
  restore(head: Network): void;
  dispose(): void;
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c] ?? 0;
  }
  return result;
}

/** A weight of a head, "features first". */
function toTensor(head: Network, key: string, inputs: number, units: number): tf.Tensor2D {
  return tf.tensor2d(transposed(weightValues(head, key), inputs, units), [units, inputs]);
}

function createParameter(key: string, value: tf.Tensor, isKernel: boolean): Parameter {
  return { key, value, isKernel, slots: new Map() };
}

function toLayer(head: Network, layer: HeadLayer): Layer {
  const { kernelKey, biasKey, inputs, units } = layer;
  return {
    ...layer,
    kernel: createParameter(kernelKey, toTensor(head, kernelKey, inputs, units), true),
    bias: biasKey === null ? null : createParameter(biasKey, toTensor(head, biasKey, 1, units), false),
  };
}

/** What the backward pass needs of a layer's forward pass. */
interface Trace {
  readonly layer: Layer;
  /** Input after dropout, `[inputs, batch]` and `[batch, inputs]`. */
  readonly columns: tf.Tensor2D;
  readonly rows: tf.Tensor2D;
  readonly mask: tf.Tensor2D | null;
  readonly output: tf.Tensor2D;
}

function forward(layer: Layer, columns: tf.Tensor2D): tf.Tensor2D {
  const product: tf.Tensor2D = tf.matMul(layer.kernel.value as tf.Tensor2D, columns);
  const shifted: tf.Tensor2D = layer.bias ? tf.add(product, layer.bias.value) : product;
  return layer.relu ? tf.relu(shifted) : shifted;
}

function dropMaskTensor(shape: [number, number], rate: number, uniform: Float32Array): tf.Tensor2D {
  const keep = 1 / (1 - rate);
  return tf.tensor2d(
    uniform.map((u) => (u < rate ? 0 : keep)),
    shape,
  );
}

const CROSS_ENTROPY: LossSettings = { labelSmoothing: 0, focalGamma: 0 };

/**
 * A stack over the head's dense layers, on the current backend.
 * @throws Error as `toHeadLayers`
 */
export function createDenseStack(head: Network, lossSettings = CROSS_ENTROPY): DenseStack {
  const layers = toHeadLayers(head).map((layer) => toLayer(head, layer));
  const parameters = layers.flatMap(({ kernel, bias }) => (bias ? [kernel, bias] : [kernel]));

  function forwardTraced(batch: Batch, dropMask: (size: number) => Float32Array): Trace[] {
    const traces: Trace[] = [];
    let columns = batch.columns;
    let rows: tf.Tensor2D | null = batch.rows;
    for (const layer of layers) {
      let mask: tf.Tensor2D | null = null;
      if (layer.dropout > 0) {
        mask = dropMaskTensor(columns.shape, layer.dropout, dropMask(columns.size));
        columns = tf.mul(columns, mask);
        rows = null;
      }
      const output = forward(layer, columns);
      traces.push({ layer, columns, rows: rows ?? tf.transpose<tf.Tensor2D>(columns), mask, output });
      columns = output;
      rows = null;
    }
    return traces;
  }

  function backward(traces: readonly Trace[], lastGradient: tf.Tensor2D): Map<Parameter, tf.Tensor> {
    const gradients = new Map<Parameter, tf.Tensor>();
    let gradient = lastGradient;
    traces.toReversed().forEach((trace, depth) => {
      const { layer } = trace;
      if (layer.relu) gradient = tf.mul(gradient, tf.step(trace.output));
      gradients.set(layer.kernel, tf.matMul(gradient, trace.rows));
      if (layer.bias) gradients.set(layer.bias, tf.sum(gradient, 1, true));
      if (depth === traces.length - 1) return;
      gradient = tf.matMul(tf.transpose(layer.kernel.value as tf.Tensor2D), gradient);
      if (trace.mask) gradient = tf.mul(gradient, trace.mask);
    });
    return gradients;
  }

  return {
    parameters,
    step(batch, weightSum, dropMask) {
      const held: { result?: StepResult } = {};
      tf.tidy(() => {
        const traces = forwardTraced(batch, dropMask);
        const logits: tf.Tensor2D = tf.transpose(traces.at(-1)?.output as tf.Tensor2D);
        const { targets, weights } = batch;
        const { error, lossSum, correct } = logitError({ logits, targets, weights }, weightSum, lossSettings);
        const gradients = backward(traces, tf.transpose(error));
        held.result = { gradients, lossSum, correct };
        return [...gradients.values(), lossSum, correct];
      });
      return held.result as StepResult;
    },
    predict(columns) {
      return tf.tidy(() => {
        const logits = layers.reduce((input, layer) => forward(layer, input), columns);
        return tf.softmax(tf.transpose(logits) as tf.Tensor2D);
      });
    },
    async toNetwork() {
      const weights: Record<string, Weight> = {};
      for (const { key, value, isKernel } of parameters) {
        const values = (await value.data()) as Float32Array;
        const [units = 0, inputs = 0] = value.shape;
        weights[key] = isKernel
          ? { shape: [inputs, units], values: transposed(values, units, inputs) }
          : { shape: [units], values: new Float32Array(values) };
      }
      return { name: head.name, nodes: head.nodes, weights };
    },
    restore(from) {
      for (const parameter of parameters) {
        const [units = 0, inputs = 0] = parameter.value.shape;
        parameter.value.dispose();
        parameter.value = toTensor(from, parameter.key, inputs, units);
      }
    },
    dispose() {
      tf.dispose(parameters.map(({ value, slots }) => [value, ...slots.values()]));
    },
  };
}
