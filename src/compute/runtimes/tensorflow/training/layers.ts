/** Each kind of node that trains, forward and backward, on the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import { type Network, type ReluNode, weightKey } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { activationDerivative, applyActivation } from '../activationOps.ts';
import { convBackward, convForward, toConvPlan } from './convOps.ts';
import { frozenNormWork, type LayerWeights, learningNormWork } from './normLayers.ts';
import type { Parameter } from './parameter.ts';
import {
  avgPoolBackward,
  globalAvgPoolBackward,
  globalMaxPoolBackward,
  maxPoolBackward,
  poolForward,
} from './poolOps.ts';
import { activationGradient, affine, timesTransposed, transposedTimes } from './products.ts';
import {
  type BackwardPass,
  type BackwardResult,
  type LayerWork,
  needed,
  type Statistic,
  type TrainableLayer,
} from './trainableLayer.ts';
import { planWindow } from './windows.ts';

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

/** What of the node trains: kernel and bias, or the gamma and beta of a BatchNorm that learns. */
function toParameters({ node, learnsNorm }: TrainableStep, network: Network): Parameter[] {
  if (learnsNorm) {
    return ['gamma', 'beta'].map((kind) => createParameter(network, weightKey(node.name, kind), false));
  }
  if (node.op !== 'conv2d' && node.op !== 'dense') return [];
  const kernel = createParameter(network, weightKey(node.name, 'kernel'), true);
  return node.useBias ? [kernel, createParameter(network, weightKey(node.name, 'bias'), false)] : [kernel];
}

/** The moving averages of a BatchNorm that learns. */
function toStatistics({ node, learnsNorm }: TrainableStep, network: Network): Statistic[] {
  if (!learnsNorm) return [];
  return ['movingMean', 'movingVariance'].map((kind) => {
    const key = weightKey(node.name, kind);
    return { key, value: toParameterTensor(network, key) };
  });
}

const MAX_VALUES = { relu: null, relu6: 6 } as const;

/** Of the sum before the step's activation. */
function beforeActivation({ activation }: TrainableStep, { gradient, output }: BackwardPass): tf.Tensor {
  if (!activation) return gradient;
  return activationGradient(gradient, needed(output), MAX_VALUES[activation]);
}

function biasGradient(bias: Parameter | undefined, gradient: tf.Tensor): tf.Tensor[] {
  return bias ? [tf.sum(tf.reshape(gradient, [-1, bias.value.size]), 0)] : [];
}

function denseWork(step: TrainableStep, [kernel, bias]: readonly Parameter[]): LayerWork {
  if (!kernel) throw new Error(`${step.output} has no kernel`);
  const matrix = () => kernel.value as tf.Tensor2D;
  return {
    forward: ([x]) =>
      affine(x as tf.Tensor2D, matrix(), bias?.value as tf.Tensor1D | undefined, step.activation),
    backward(pass) {
      const gradient = beforeActivation(step, pass) as tf.Tensor2D;
      return {
        parameters: [
          transposedTimes(needed(pass.inputs[0]) as tf.Tensor2D, gradient),
          ...biasGradient(bias, gradient),
        ],
        inputs: [step.wantsGradient[0] ? timesTransposed(gradient, matrix()) : undefined],
      };
    },
  };
}

function convWork(step: TrainableStep, [kernel, bias]: readonly Parameter[]): LayerWork {
  const { node, inputShapes, outputShape, activation, wantsGradient } = step;
  if (node.op !== 'conv2d' || !kernel) throw new Error(`${step.output} has no kernel`);
  const input = inputShapes[0] ?? [];
  const plan = toConvPlan(node, planWindow(node, input, outputShape), input[2] ?? 1);
  const matrix = () => kernel.value as tf.Tensor2D;
  return {
    forward: ([x]) =>
      convForward(x as tf.Tensor4D, matrix(), bias?.value as tf.Tensor1D | undefined, activation, plan),
    backward(pass) {
      const gradient = beforeActivation(step, pass) as tf.Tensor4D;
      const x = needed(pass.inputs[0]) as tf.Tensor4D;
      const result = convBackward(x, matrix(), gradient, plan, wantsGradient[0] ?? false);
      return { parameters: [result.kernel, ...biasGradient(bias, gradient)], inputs: [result.input] };
    },
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
function plainWork(step: TrainableStep): LayerWork {
  const { node, inputShapes, outputShape } = step;
  const toOne = (input: tf.Tensor): BackwardResult => ({ parameters: [], inputs: [input] });
  switch (node.op) {
    case 'relu':
      return {
        forward: ([x]) => reluForward(needed(x), node),
        backward: ({ gradient, output }) =>
          toOne(activationGradient(gradient, needed(output), node.maxValue)),
      };
    case 'maxPool':
    case 'avgPool': {
      const plan = planWindow(node, inputShapes[0] ?? [], outputShape);
      return {
        forward: ([x]) => poolForward(x as tf.Tensor4D, node),
        backward({ gradient, inputs: [x], output }) {
          const map = gradient as tf.Tensor4D;
          if (node.op === 'avgPool') return toOne(avgPoolBackward(map, plan));
          return toOne(maxPoolBackward(needed(x) as tf.Tensor4D, needed(output) as tf.Tensor4D, map, plan));
        },
      };
    }
    case 'activation':
      return {
        forward: ([x]) => applyActivation(needed(x), node),
        backward: ({ gradient, inputs: [x] }) =>
          toOne(tf.mul(gradient, activationDerivative(needed(x), node))),
      };
    case 'globalMaxPool':
      return {
        forward: ([x]) => tf.max(needed(x), [1, 2]),
        backward: ({ gradient, inputs: [x], output }) =>
          toOne(globalMaxPoolBackward(needed(x) as tf.Tensor4D, needed(output), gradient)),
      };
    case 'globalAvgPool':
      return {
        forward: ([x]) => tf.mean(needed(x), [1, 2]),
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
        forward: ([x]) => tf.reshape(needed(x), [needed(x).shape[0] ?? 1, -1]),
        backward: ({ gradient }) => toOne(tf.reshape(gradient, [-1, ...(inputShapes[0] ?? [])])),
      };
    case 'dropout':
      return {
        forward: ([x], { mask }) => (mask ? tf.mul(needed(x), mask) : needed(x).clone()),
        backward: ({ gradient, mask }) => toOne(mask ? tf.mul(gradient, mask) : gradient.clone()),
      };
    default:
      throw new Error(`${node.name} (${node.op}) has weights, or nothing before it`);
  }
}

/** Its layer's parameters and statistics in their order; what it adds to `owned` goes with the layer. */
function workOf(step: TrainableStep, weights: LayerWeights, network: Network): LayerWork {
  switch (step.node.op) {
    case 'conv2d':
      return convWork(step, weights.parameters);
    case 'dense':
      return denseWork(step, weights.parameters);
    case 'batchNorm':
      return step.learnsNorm ? learningNormWork(step, weights) : frozenNormWork(step, network, weights.owned);
    default:
      return plainWork(step);
  }
}

/** The node of a step with its weights from `network` on the current backend. @throws Error if one is missing */
export function createTrainableLayer(step: TrainableStep, network: Network): TrainableLayer {
  const parameters = toParameters(step, network);
  const statistics = toStatistics(step, network);
  const owned: tf.Tensor[] = [];
  return {
    step,
    parameters,
    statistics,
    ...workOf(step, { parameters, statistics, owned }, network),
    dispose() {
      tf.dispose([owned, parameters.map(({ value, slots }) => [value, ...slots.values()])]);
      tf.dispose(statistics.map(({ value }) => value));
    },
  };
}
