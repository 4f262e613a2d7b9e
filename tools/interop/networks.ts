/** The classifiers that are written and tried: each kind of backbone, as a head leaves it and with stages that learned. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createExecutorOf } from '../../src/compute/runtimes/tensorflow/execute.ts';
import type { ModelDescription } from '../../src/domain/model.ts';
import type { DescribedModel } from '../../src/formats/modelFormat.ts';
import { appendHead } from '../../src/network/append.ts';
import type { Backbone } from '../../src/network/backbones/backbone.ts';
import { cutAfter, cutBefore } from '../../src/network/cut.ts';
import { foldBatchNorm } from '../../src/network/fold.ts';
import { buildHeadNodes, createHead } from '../../src/network/head.ts';
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
import { createRandom } from '../../src/shared/random.ts';
import { SAMPLE_DESCRIPTION } from '../../src/testing/formats/sampleModel.ts';
import { toWeights } from '../../src/weights/load.ts';
import { findPart, parseManifest } from '../../src/weights/manifest.ts';
import { readBackboneOf } from '../backbones.ts';
import { withFilledWeights } from '../filledWeights.ts';
import { ROOT, WEIGHTS_DIR } from '../paths.ts';
import { type DrawnPicture, toModelPixels } from './pictures.ts';

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

const CLASS_COUNT = 10;
/** Of the pictures' middle square; so that cutting is tried as well. */
const CROP_FRACTION = 0.875;

export async function startTensorflow(): Promise<void> {
  setWasmPaths(`${ROOT}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
}

/** Over made-up features, whose BatchNorm has seen these pictures, and with logits that lie about one apart. */
export async function buildClassifier(
  backbone: Backbone,
  trained: Trained,
  pictures: readonly DrawnPicture[],
): Promise<DescribedModel> {
  const whole = withFilledWeights(backbone.id, backbone.buildNodes());
  const inputs = pictures.map((picture) => toModelPixels(picture, backbone.inputSizePx, CROP_FRACTION));
  const features = await withSeenStatistics(cutAfter(whole, backbone.featureNode), inputs);
  const settings = { head: 'mlp', hiddenUnits: 32, dropout: 0.2 } as const;
  const random = createRandom(9);
  const head = createHead(buildHeadNodes(settings, backbone.featureCount, CLASS_COUNT), () => random.next());
  const network = appendHead(trained === 'head' ? foldBatchNorm(features) : withLastStage(features), head);
  return { description: describe(backbone), network: await withSpreadLogits(network, inputs) };
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

/**
 * Made-up weights leave a network either sure of one class or equally unsure of all, and then any file would agree. What all
 * pictures have in common is taken off the logits; what sets them apart is spread.
 */
async function withSpreadLogits(network: Network, inputs: readonly Float32Array[]): Promise<Network> {
  const logitsNode = outputNode(network).inputs[0] ?? '';
  const logits = await answersOf(cutAfter(network, logitsNode), inputs);
  const mean = Array.from({ length: CLASS_COUNT }, (_, i) => average(logits.map((line) => line[i] ?? 0)));
  const apart = logits.flatMap((line) => line.map((value, i) => (value - (mean[i] ?? 0)) ** 2));
  const spread = Math.sqrt(average(apart));
  const { [`${logitsNode}/kernel`]: kernel, [`${logitsNode}/bias`]: bias, ...others } = network.weights;
  if (!kernel || !bias) throw new Error('the logits have a kernel and a bias');
  return {
    ...network,
    weights: {
      ...others,
      [`${logitsNode}/kernel`]: { ...kernel, values: kernel.values.map((value) => value / spread) },
      [`${logitsNode}/bias`]: {
        ...bias,
        values: bias.values.map((value, at) => (value - (mean[at] ?? 0)) / spread),
      },
    },
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The published backbone with the classes that it came with: weights that were learned, and so rounding as it is in use. */
export async function readPublished(): Promise<DescribedModel> {
  const backbone = await readBackboneOf();
  const read = (name: string) => readFile(join(WEIGHTS_DIR, name));
  const manifest = parseManifest(JSON.parse((await read('manifest.json')).toString()));
  const weightsOf = async (part: 'backbone' | 'top') => {
    const shards = await Promise.all(findPart(manifest, part).shards.map(({ path }) => read(path)));
    return toWeights(manifest, part, new Uint8Array(Buffer.concat(shards)));
  };
  const network = appendHead(
    { name: backbone.id, nodes: manifest.nodes, weights: await weightsOf('backbone') },
    { name: backbone.id, nodes: manifest.topNodes, weights: await weightsOf('top') },
  );
  return { description: { ...describe(backbone), classNames: manifest.labels }, network };
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
