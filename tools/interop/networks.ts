/** The classifiers that are written and tried: each kind of backbone, as a head leaves it and with stages that learned. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutorOf } from '../../src/compute/runtimes/tensorflow/execute.ts';
import type { ModelDescription } from '../../src/domain/model.ts';
import type { DescribedModel } from '../../src/formats/modelFormat.ts';
import { appendHead } from '../../src/network/append.ts';
import type { Backbone } from '../../src/network/backbones/backbone.ts';
import { cutAfter, cutBefore } from '../../src/network/cut.ts';
import { foldBatchNorm } from '../../src/network/fold.ts';
import { buildHeadNodes } from '../../src/network/head.ts';
import {
  inputNodeOf,
  type Network,
  type NetworkNode,
  outputNode,
  type Preprocessing,
  type Weight,
  type Weights,
  weightKey,
} from '../../src/network/network.ts';
import { cutPointOf } from '../../src/network/stages.ts';
import { SAMPLE_DESCRIPTION } from '../../src/testing/formats/sampleModel.ts';
import { withFilledWeights } from '../filledWeights.ts';
import { ROOT } from '../paths.ts';
import { CLASS_COUNT, type DrawnPicture, toModelPixels } from './pictures.ts';

export const BACKBONE_IDS = [
  'resnet50',
  'resnet18',
  'densenet121',
  'resnext50-32x4d',
  'mobilenet-v2',
  'plain-cnn',
] as const;

/** `head`: all of the backbone folded. `fineTuned`: BatchNorm in its last stage. */
export const TRAINED = ['head', 'fineTuned'] as const;
export type Trained = (typeof TRAINED)[number];

const LEARNING_RATE = 0.01;
const STEPS = 150;
/** Of the pictures' middle square; so that cutting is tried as well. */
const CROP_FRACTION = 0.875;

export async function startTensorflow(): Promise<void> {
  setWasmPaths(`${ROOT}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
}

/**
 * A classifier of the drawn pictures' classes over made-up features: what the head has learned sets classes apart by more than
 * rounding, as in a network that is used. The features' BatchNorm has seen the pictures that the head learns from.
 */
export async function buildClassifier(
  backbone: Backbone,
  trained: Trained,
  learned: readonly DrawnPicture[],
): Promise<DescribedModel> {
  const whole = withFilledWeights(backbone.id, backbone.buildNodes());
  const inputs = learned.map((picture) => toModelPixels(picture, backbone.inputSizePx, CROP_FRACTION));
  const features = await withSeenStatistics(cutAfter(whole, backbone.featureNode), inputs);
  const head = await learnHead(
    await answersOf(features, inputs),
    learned.map(({ classIndex }) => classIndex),
  );
  const network = appendHead(trained === 'head' ? foldBatchNorm(features) : withLastStage(features), head);
  return { description: describe(backbone), network };
}

/** What a network says of pictures, in its last node's numbers. */
export function answersFor(
  { network, description }: DescribedModel,
  pictures: readonly DrawnPicture[],
): Promise<readonly number[][]> {
  const { inputSizePx, resize } = description.backbone;
  const inputs = pictures.map((picture) => toModelPixels(picture, inputSizePx, resize.cropFraction));
  return answersOf(network, inputs);
}

/** Softmax regression over features of mean 0 and deviation 1, which go into the kernel again. */
async function learnHead(
  lines: readonly (readonly number[])[],
  classes: readonly number[],
): Promise<Network> {
  const features = tf.tensor2d(lines.map((line) => [...line]));
  const { mean, variance } = tf.moments(features, 0);
  const scale = tf.rsqrt(tf.add(variance, 1e-6));
  const normal = tf.mul(tf.sub(features, mean), scale) as tf.Tensor2D;
  const labels = tf.oneHot(tf.tensor1d([...classes], 'int32'), CLASS_COUNT).toFloat();
  const kernel = tf.variable(tf.zeros([normal.shape[1], CLASS_COUNT])) as tf.Variable<tf.Rank.R2>;
  const bias = tf.variable(tf.zeros([CLASS_COUNT]));
  const optimiser = tf.train.adam(LEARNING_RATE);
  for (let step = 0; step < STEPS; step++) {
    optimiser.minimize(() => {
      const logits = tf.add(tf.matMul(normal, kernel), bias);
      return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1)));
    });
  }
  const scaled = tf.mul(kernel, tf.expandDims(scale, 1));
  const offset = tf.sub(
    bias,
    tf.squeeze(tf.matMul(tf.expandDims(mean, 0) as tf.Tensor2D, scaled as tf.Tensor2D)),
  );
  const featureCount = normal.shape[1];
  const nodes = buildHeadNodes({ head: 'linear', hiddenUnits: 0, dropout: 0.2 }, featureCount, CLASS_COUNT);
  const weights = {
    'logits/kernel': { shape: [featureCount, CLASS_COUNT], values: Float32Array.from(await scaled.data()) },
    'logits/bias': { shape: [CLASS_COUNT], values: Float32Array.from(await offset.data()) },
  };
  tf.disposeVariables();
  return { name: 'head', nodes, weights };
}

/** Folded up to the last stage, which stays as it learns. */
function withLastStage(features: Network): Network {
  const { nodeName, shape } = cutPointOf(features.nodes, 1);
  return appendHead(foldBatchNorm(cutAfter(features, nodeName)), cutBefore(features, nodeName, shape));
}

function describe({ id, title, inputSizePx, featureCount }: Backbone): ModelDescription {
  const classNames = Array.from({ length: CLASS_COUNT }, (_, index) => `class ${index}`);
  const counts = classNames.map((className) => ({ className, train: 1, validation: 0, test: 0 }));
  const resize = { fit: 'centerCrop' as const, cropFraction: CROP_FRACTION, version: 1 };
  return {
    ...SAMPLE_DESCRIPTION,
    ...{ name: id, classNames, metrics: { validation: null, test: null } },
    backbone: { ...SAMPLE_DESCRIPTION.backbone, id, title, inputSizePx, featureCount, resize },
    data: { ...SAMPLE_DESCRIPTION.data, counts },
  };
}

async function answersOf(network: Network, inputs: readonly Float32Array[]): Promise<readonly number[][]> {
  const { shape, preprocessing } = inputNodeOf(network.nodes);
  const [height = 0, width = 0, channels = 0] = shape;
  const executor = createExecutorOf(network);
  const lines: number[][] = [];
  for (const pixels of inputs) {
    const input = tf.tensor4d(toInput(pixels, preprocessing), [1, height, width, channels]);
    const output = executor.run(input);
    lines.push([...((await output.data()) as Float32Array)]);
    tf.dispose([input, output]);
  }
  executor.dispose();
  return lines;
}

function toInput(pixels: Float32Array, preprocessing: Preprocessing | null): Float32Array {
  if (!preprocessing) return pixels;
  const { matrix, bias } = preprocessing;
  return pixels.map((_value, at) => {
    const [channel, place] = [at % 3, at - (at % 3)];
    const sum = [0, 1, 2].reduce(
      (all, i) => all + (matrix[3 * channel + i] ?? 0) * (pixels[place + i] ?? 0),
      0,
    );
    return sum + (bias[channel] ?? 0);
  });
}

/**
 * The network with the mean and variance of each BatchNorm that these pictures have there, as training would leave them.
 * Made-up ones let what sets pictures apart fade from layer to layer, until rounding is all that is left.
 */
async function withSeenStatistics(network: Network, inputs: readonly Float32Array[]): Promise<Network> {
  const { shape, preprocessing } = inputNodeOf(network.nodes);
  const [height = 0, width = 0, channels = 0] = shape;
  const values = inputs.map((pixels) => toInput(pixels, preprocessing));
  const batch = tf.tensor4d(
    values.flatMap((line) => [...line]),
    [inputs.length, height, width, channels],
  );
  const outputs = new Map<string, tf.Tensor>();
  const weights: Record<string, Weight> = { ...network.weights };
  for (const node of network.nodes) {
    const read = node.inputs.map((name) => outputs.get(name) as tf.Tensor);
    if (node.op === 'batchNorm') {
      const { mean, variance } = tf.moments(read[0] as tf.Tensor, [0, 1, 2]);
      for (const [kind, tensor] of [
        ['movingMean', mean],
        ['movingVariance', variance],
      ] as const) {
        const seen = Float32Array.from(await tensor.data());
        weights[weightKey(node.name, kind)] = { shape: [seen.length], values: seen };
        tensor.dispose();
      }
    }
    outputs.set(node.name, node.op === 'input' ? batch : runNode(node, read, weights));
    for (const [name, tensor] of outputs) {
      const isOver = network.nodes.findLast(({ inputs: of }) => of.includes(name)) === node;
      if (isOver) tensor.dispose();
    }
  }
  outputs.get(outputNode(network).name)?.dispose();
  return { ...network, weights };
}

/** One node by itself, as a network of its own where it reads one other. */
function runNode(node: NetworkNode, read: readonly tf.Tensor[], weights: Weights): tf.Tensor {
  if (node.op === 'add') return tf.addN([...read]);
  if (node.op === 'concat') return tf.concat([...read], -1);
  const [input] = read;
  if (!input) throw new Error(`${node.name} reads nothing`);
  const [name = ''] = node.inputs;
  const own = Object.entries(weights).filter(([key]) => key.startsWith(`${node.name}/`));
  const executor = createExecutorOf({
    nodes: [{ op: 'input', name, inputs: [], shape: input.shape.slice(1), preprocessing: null }, node],
    weights: Object.fromEntries(own),
  });
  const output = executor.run(input);
  executor.dispose();
  return output;
}
