/** Each kind of node that trains, forward and backward, on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { getWeight, type Network, type ReluNode, weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { activationDerivative, applyActivation } from '../activationOps.ts';
import { type ConvOps, toConvPlan } from './convOps.ts';
import type { Parameter } from './denseStack.ts';
import {
  avgPoolBackward,
  globalAvgPoolBackward,
  globalMaxPoolBackward,
  maxPoolBackward,
  poolForward,
} from './poolOps.ts';
import { activationGradient, affine, timesTransposed, transposedTimes } from './products.ts';
import { planWindow } from './windows.ts';

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

export interface TrainableLayer {
  readonly step: TrainableStep;
  readonly parameters: readonly Parameter[];
  /** @param mask of a dropout; undefined: nothing is dropped */
  forward(inputs: readonly tf.Tensor[], mask?: tf.Tensor): tf.Tensor;
  backward(pass: BackwardPass): BackwardResult;
  /** Frees the parameters and what the optimiser remembers of them. */
  dispose(): void;
}

type Work = Pick<TrainableLayer, 'forward' | 'backward'>;

function need(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('the forward pass did not keep what the backward pass needs');
  return tensor;
}

/** A kernel as the matrix that it is for a product, a bias as it is. */
export function toParameterTensor(network: Network, key: string): tf.Tensor {
  const weight = network.weights[key];
  if (!weight) throw new Error(`no weight ${key}`);
  const columns = weight.shape.at(-1) ?? 1;
  return weight.shape.length === 1
    ? tf.tensor1d(weight.values)
    : tf.tensor2d(weight.values, [sizeOf(weight.shape) / columns, columns]);
}

function createParameter(network: Network, key: string, isKernel: boolean): Parameter {
  return { key, value: toParameterTensor(network, key), isKernel, slots: new Map() };
}

/** Kernel and, where the node has one, bias. */
function toParameters({ node }: TrainableStep, network: Network): Parameter[] {
  if (node.op !== 'conv2d' && node.op !== 'dense') return [];
  const kernel = createParameter(network, weightKey(node.name, 'kernel'), true);
  return node.useBias ? [kernel, createParameter(network, weightKey(node.name, 'bias'), false)] : [kernel];
}

const MAX_VALUES = { relu: null, relu6: 6 } as const;

/** Of the sum before the step's activation. */
function beforeActivation({ activation }: TrainableStep, { gradient, output }: BackwardPass): tf.Tensor {
  if (!activation) return gradient;
  return activationGradient(gradient, need(output), MAX_VALUES[activation]);
}

function biasGradient(bias: Parameter | undefined, gradient: tf.Tensor): tf.Tensor[] {
  return bias ? [tf.sum(tf.reshape(gradient, [-1, bias.value.size]), 0)] : [];
}

function denseWork(step: TrainableStep, [kernel, bias]: readonly Parameter[]): Work {
  if (!kernel) throw new Error(`${step.output} has no kernel`);
  const matrix = () => kernel.value as tf.Tensor2D;
  return {
    forward: ([x]) =>
      affine(x as tf.Tensor2D, matrix(), bias?.value as tf.Tensor1D | undefined, step.activation),
    backward(pass) {
      const gradient = beforeActivation(step, pass) as tf.Tensor2D;
      return {
        parameters: [
          transposedTimes(need(pass.inputs[0]) as tf.Tensor2D, gradient),
          ...biasGradient(bias, gradient),
        ],
        inputs: [step.wantsGradient[0] ? timesTransposed(gradient, matrix()) : undefined],
      };
    },
  };
}

function convWork(step: TrainableStep, [kernel, bias]: readonly Parameter[], convs: ConvOps): Work {
  const { node, inputShapes, outputShape, activation, wantsGradient } = step;
  if (node.op !== 'conv2d' || !kernel) throw new Error(`${step.output} has no kernel`);
  const input = inputShapes[0] ?? [];
  const plan = toConvPlan(node, planWindow(node, input, outputShape), input[2] ?? 1);
  const matrix = () => kernel.value as tf.Tensor2D;
  return {
    forward: ([x]) =>
      convs.forward(x as tf.Tensor4D, matrix(), bias?.value as tf.Tensor1D | undefined, activation, plan),
    backward(pass) {
      const gradient = beforeActivation(step, pass) as tf.Tensor4D;
      const x = need(pass.inputs[0]) as tf.Tensor4D;
      const result = convs.backward(x, matrix(), gradient, plan, wantsGradient[0] ?? false);
      return { parameters: [result.kernel, ...biasGradient(bias, gradient)], inputs: [result.input] };
    },
  };
}

/** Its weights do not train: a factor and a summand for each channel. */
function batchNormWork(step: TrainableStep, network: Network, owned: tf.Tensor[]): Work {
  const { node } = step;
  if (node.op !== 'batchNorm') throw new Error(`${node.name} is no batchNorm`);
  const valuesOf = (kind: string) => getWeight(network, node.name, kind).values;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(valuesOf);
  const scale = Float64Array.from(gamma ?? [], (g, c) => g / Math.sqrt((variance?.[c] ?? 0) + node.epsilon));
  const shift = Float32Array.from(scale, (s, c) => (beta?.[c] ?? 0) - (mean?.[c] ?? 0) * s);
  const [factor, summand] = [tf.tensor1d(Float32Array.from(scale)), tf.tensor1d(shift)];
  owned.push(factor, summand);
  return {
    forward: ([x]) => tf.add(tf.mul(need(x), factor), summand),
    backward: ({ gradient }) => ({ parameters: [], inputs: [tf.mul(gradient, factor)] }),
  };
}

function reluForward(x: tf.Tensor, { maxValue }: ReluNode): tf.Tensor {
  return maxValue === null ? tf.relu(x) : tf.clipByValue(x, 0, maxValue);
}

function concatGradients({ inputShapes, wantsGradient }: TrainableStep, gradient: tf.Tensor): BackwardResult {
  let first = 0;
  const inputs = inputShapes.map((shape, index) => {
    const begin = gradient.shape.map((_, axis) => (axis === gradient.rank - 1 ? first : 0));
    const width = shape.at(-1) ?? 0;
    first += width;
    return wantsGradient[index]
      ? tf.slice(gradient, begin, [...gradient.shape.slice(0, -1), width])
      : undefined;
  });
  return { parameters: [], inputs };
}

/** Nodes without weights. */
function plainWork(step: TrainableStep): Work {
  const { node, inputShapes, outputShape } = step;
  const toOne = (input: tf.Tensor): BackwardResult => ({ parameters: [], inputs: [input] });
  switch (node.op) {
    case 'relu':
      return {
        forward: ([x]) => reluForward(need(x), node),
        backward: ({ gradient, output }) => toOne(activationGradient(gradient, need(output), node.maxValue)),
      };
    case 'maxPool':
    case 'avgPool': {
      const plan = planWindow(node, inputShapes[0] ?? [], outputShape);
      return {
        forward: ([x]) => poolForward(x as tf.Tensor4D, node),
        backward({ gradient, inputs: [x], output }) {
          const map = gradient as tf.Tensor4D;
          if (node.op === 'avgPool') return toOne(avgPoolBackward(map, plan));
          return toOne(maxPoolBackward(need(x) as tf.Tensor4D, need(output) as tf.Tensor4D, map, plan));
        },
      };
    }
    case 'activation':
      return {
        forward: ([x]) => applyActivation(need(x), node),
        backward: ({ gradient, inputs: [x] }) => toOne(tf.mul(gradient, activationDerivative(need(x), node))),
      };
    case 'globalMaxPool':
      return {
        forward: ([x]) => tf.max(need(x), [1, 2]),
        backward: ({ gradient, inputs: [x], output }) =>
          toOne(globalMaxPoolBackward(need(x) as tf.Tensor4D, need(output), gradient)),
      };
    case 'globalAvgPool':
      return {
        forward: ([x]) => tf.mean(need(x), [1, 2]),
        backward: ({ gradient }) => toOne(globalAvgPoolBackward(gradient, inputShapes[0] ?? [])),
      };
    case 'add':
      return {
        forward: (inputs) => inputs.reduce((sum, input) => tf.add(sum, input)),
        backward: ({ gradient }) => ({
          parameters: [],
          inputs: step.wantsGradient.map((isWanted) => (isWanted ? gradient.clone() : undefined)),
        }),
      };
    case 'concat':
      return {
        forward: (inputs) => tf.concat([...inputs], -1),
        backward: ({ gradient }) => concatGradients(step, gradient),
      };
    case 'flatten':
      return {
        forward: ([x]) => tf.reshape(need(x), [need(x).shape[0] ?? 1, -1]),
        backward: ({ gradient }) => toOne(tf.reshape(gradient, [-1, ...(inputShapes[0] ?? [])])),
      };
    case 'dropout':
      return {
        forward: ([x], mask) => (mask ? tf.mul(need(x), mask) : need(x).clone()),
        backward: ({ gradient, mask }) => toOne(mask ? tf.mul(gradient, mask) : gradient.clone()),
      };
    default:
      throw new Error(`${node.name} (${node.op}) has weights, or nothing before it`);
  }
}

/** The node of a step with its weights from `network` on the current backend. @throws Error if one is missing */
export function createTrainableLayer(step: TrainableStep, network: Network, convs: ConvOps): TrainableLayer {
  const parameters = toParameters(step, network);
  const owned: tf.Tensor[] = [];
  const work =
    step.node.op === 'conv2d'
      ? convWork(step, parameters, convs)
      : step.node.op === 'dense'
        ? denseWork(step, parameters)
        : step.node.op === 'batchNorm'
          ? batchNormWork(step, network, owned)
          : plainWork(step);
  return {
    step,
    parameters,
    ...work,
    dispose: () => tf.dispose([owned, parameters.map(({ value, slots }) => [value, ...slots.values()])]),
  };
}
