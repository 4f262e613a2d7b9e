/** Runs a `Network` on tensors: the one place that knows how its nodes become TensorFlow.js calls. */
import * as tf from '@tensorflow/tfjs-core';
import type {
  Conv2dNode,
  DenseNode,
  Network,
  NetworkNode,
  Padding,
  PoolNode,
  Weight,
} from '../../../network/network.ts';
import { weightKey, weightReaderOf } from '../../../network/network.ts';
import { applyActivation } from './activationOps.ts';

/** A network whose weights are handed out one at a time, so that they need not all be in memory twice. */
export interface LazyNetwork {
  readonly nodes: readonly NetworkNode[];
  /** @param key `nodeName/kind` */
  readonly weightOf: (key: string) => Weight;
}

export interface Executor {
  /**
   * Output of the last node. The input is preprocessed already: `[batch, height, width, channels]` or
   * `[batch, features]`. The caller disposes both.
   */
  run(input: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/** A node with what was fused into it and where its output goes. */
interface Step {
  readonly node: NetworkNode;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly activation: 'relu' | 'relu6' | undefined;
}

function isFusible(node: NetworkNode | undefined): node is Conv2dNode | DenseNode {
  return node?.op === 'conv2d' || node?.op === 'dense';
}

/** Merges each ReLU into the convolution or dense layer that it alone reads; leaves dropout out. */
function toSteps(nodes: readonly NetworkNode[]): Step[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const input of nodes.flatMap((node) => node.inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  /** Name of a node that does nothing of its own → name of the one that gives its output. */
  const alias = new Map<string, string>();
  const activations = new Map<string, 'relu' | 'relu6'>();
  for (const node of nodes) {
    const before = alias.get(node.inputs[0] ?? '') ?? node.inputs[0] ?? '';
    if (node.op === 'dropout') alias.set(node.name, before);
    if (node.op !== 'relu' || !isFusible(byName.get(before)) || readers.get(before) !== 1) continue;
    if (activations.has(before) || (node.maxValue !== null && node.maxValue !== 6)) continue;
    activations.set(before, node.maxValue === 6 ? 'relu6' : 'relu');
    alias.set(node.name, before);
  }
  return nodes
    .filter((node) => !alias.has(node.name))
    .map((node) => ({
      node,
      inputs: node.inputs.map((input) => alias.get(input) ?? input),
      output: node.name,
      activation: activations.get(node.name),
    }));
}

function explicitPadding(padding: Padding): tf.backend_util.ExplicitPadding | 'valid' {
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return 'valid';
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** Kernels and biases of one node, on the backend. A grouped convolution has one kernel a group. */
interface NodeWeights {
  readonly kernels: readonly tf.Tensor[];
  readonly bias: tf.Tensor | undefined;
  readonly norm: readonly tf.Tensor[];
}

function loadWeights(node: NetworkNode, weightOf: LazyNetwork['weightOf']): NodeWeights {
  const tensor = (kind: string) => {
    const weight = weightOf(weightKey(node.name, kind));
    return tf.tensor(weight.values, [...weight.shape], 'float32');
  };
  if (node.op === 'batchNorm') {
    const norm = ['movingMean', 'movingVariance', 'beta', 'gamma'].map(tensor);
    return { kernels: [], bias: undefined, norm };
  }
  if (node.op !== 'conv2d' && node.op !== 'dense') return { kernels: [], bias: undefined, norm: [] };
  const kernel = tensor('kernel');
  const bias = node.useBias ? tensor('bias') : undefined;
  if (node.op === 'dense' || node.groups === 1) return { kernels: [kernel], bias, norm: [] };
  const [height = 1, width = 1, inPerGroup = 1, filters = 1] = kernel.shape;
  if (inPerGroup === 1) {
    // Depthwise: each input channel has filters / groups outputs of its own.
    const depthwise = tf.reshape(kernel, [height, width, node.groups, filters / node.groups]);
    kernel.dispose();
    return { kernels: [depthwise], bias, norm: [] };
  }
  const kernels = tf.split(kernel, node.groups, 3);
  kernel.dispose();
  return { kernels, bias, norm: [] };
}

interface ConvPlace {
  readonly x: tf.Tensor4D;
  readonly pad: number | 'valid';
  readonly dimRoundingMode?: 'floor';
}

/**
 * The fused kernels take one number of padding, and count outputs by the stride of the height alone: whatever differs
 * by side is padded beforehand.
 */
function placeForConv(x: tf.Tensor4D, { padding, strides }: Conv2dNode): ConvPlace {
  const { top, bottom, left, right } = padding;
  const isEven = top === bottom && top === left && top === right && strides[0] === strides[1];
  if (isEven) return { x, pad: top, dimRoundingMode: 'floor' };
  const sides: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { x: top + bottom + left + right === 0 ? x : tf.pad(x, sides), pad: 'valid' };
}

function runConv(step: Step, node: Conv2dNode, input: tf.Tensor4D, weights: NodeWeights): tf.Tensor {
  const [kernel] = weights.kernels as tf.Tensor4D[];
  if (!kernel) throw new Error(`${node.name} has no kernel`);
  const strides: [number, number] = [...node.strides];
  const { x, ...place } = placeForConv(input, node);
  const options = {
    strides,
    ...place,
    ...(weights.bias ? { bias: weights.bias } : {}),
    ...(step.activation ? { activation: step.activation } : {}),
  };
  if (node.groups === 1) return tf.fused.conv2d({ x, filter: kernel, ...options });
  if (weights.kernels.length === 1) return tf.fused.depthwiseConv2d({ x, filter: kernel, ...options });
  const parts = tf.split<tf.Tensor4D>(x, node.groups, 3).map((part, group) => {
    const filter = weights.kernels[group] as tf.Tensor4D;
    return tf.conv2d(part, filter, strides, place.pad, 'NHWC', [1, 1], place.dimRoundingMode);
  });
  const joined: tf.Tensor = tf.concat(parts, 3);
  const biased = weights.bias ? tf.add(joined, weights.bias) : joined;
  if (step.activation === 'relu6') return tf.relu6(biased);
  return step.activation === 'relu' ? tf.relu(biased) : biased;
}

function runPool(node: PoolNode, x: tf.Tensor4D): tf.Tensor {
  const size = [...node.poolSize] as [number, number];
  const strides = [...node.strides] as [number, number];
  const padding = explicitPadding(node.padding);
  return node.op === 'maxPool'
    ? tf.maxPool(x, size, strides, padding)
    : tf.avgPool(x, size, strides, padding);
}

function runStep(step: Step, inputs: readonly tf.Tensor[], weights: NodeWeights): tf.Tensor {
  const { node } = step;
  const [x] = inputs;
  if (!x) throw new Error(`${node.name} has no input`);
  switch (node.op) {
    case 'input':
      return tf.clone(x);
    case 'conv2d':
      return runConv(step, node, x as tf.Tensor4D, weights);
    case 'batchNorm': {
      const [mean, variance, offset, scale] = weights.norm as tf.Tensor1D[];
      if (!mean || !variance) throw new Error(`${node.name} has no statistics`);
      return tf.batchNorm(x, mean, variance, offset, scale, node.epsilon);
    }
    case 'relu':
      return node.maxValue === null ? tf.relu(x) : tf.clipByValue(x, 0, node.maxValue);
    case 'maxPool':
    case 'avgPool':
      return runPool(node, x as tf.Tensor4D);
    case 'activation':
      return applyActivation(x, node);
    case 'globalAvgPool':
      return tf.mean(x, [1, 2]);
    case 'globalMaxPool':
      return tf.max(x, [1, 2]);
    case 'add':
      return inputs.reduce((sum, input) => tf.add(sum, input));
    case 'concat':
      return tf.concat([...inputs], -1);
    case 'flatten':
      return tf.reshape(x, [x.shape[0] ?? 1, -1]);
    case 'dropout':
      return tf.clone(x);
    case 'dense': {
      const [kernel] = weights.kernels as tf.Tensor2D[];
      return tf.fused.matMul({
        a: x as tf.Tensor2D,
        b: kernel as tf.Tensor2D,
        ...(weights.bias ? { bias: weights.bias } : {}),
        ...(step.activation ? { activation: step.activation } : {}),
      });
    }
    case 'softmax':
      return tf.softmax(x);
  }
}

/**
 * Puts the weights on the current backend and returns what runs the network there.
 * Each output is freed as soon as its last reader has run.
 */
export function createExecutor(network: LazyNetwork): Executor {
  const steps = toSteps(network.nodes);
  const last = steps.at(-1);
  if (!last) throw new Error('a network needs nodes');
  const weights = steps.map((step) => loadWeights(step.node, network.weightOf));
  const lastReader = new Map<string, number>();
  steps.forEach((step, index) => {
    for (const input of step.inputs) lastReader.set(input, index);
  });

  return {
    run(example) {
      return tf.tidy(() => {
        const outputs = new Map<string, tf.Tensor>();
        steps.forEach((step, index) => {
          const inputs = step.node.op === 'input' ? [example] : step.inputs.map((name) => outputs.get(name));
          const output = tf.tidy(() => runStep(step, inputs as tf.Tensor[], weights[index] as NodeWeights));
          outputs.set(step.output, output);
          for (const input of new Set(step.inputs)) {
            if (lastReader.get(input) === index) outputs.get(input)?.dispose();
          }
        });
        return outputs.get(last.output) as tf.Tensor;
      });
    },
    dispose() {
      tf.dispose(weights.map(({ kernels, bias, norm }) => [...kernels, ...(bias ? [bias] : []), ...norm]));
    },
  };
}

/** A network in memory as an executor. */
export function createExecutorOf(network: Pick<Network, 'nodes' | 'weights'>): Executor {
  return createExecutor({ nodes: network.nodes, weightOf: weightReaderOf(network) });
}
