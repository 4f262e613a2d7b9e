/** Any network as a tfjs layers model that plain TensorFlow.js loads, its preprocessing inside. */

import type { Precision } from '../../domain/modelExport.ts';
import {
  type ActivationNode,
  type BatchNormNode,
  type Conv2dNode,
  type DenseNode,
  getWeight,
  type InputNode,
  type Network,
  type NetworkNode,
  outputNode,
  type Padding,
  type PoolNode,
} from '../../network/network.ts';
import { NO_PADDING } from '../../network/nodeBuilders.ts';
import { checkNetwork, type Shape } from '../../network/shapes.ts';
import { AppError } from '../../shared/errors.ts';
import type { Bytes } from '../fileParts.ts';
import { toActivationLayer } from './activationLayers.ts';
import { isSamePadding, nonNegativeNodes, samePadding } from './kerasPadding.ts';
import { PREPROCESSING_LAYER, toPixelTensors } from './preprocessing.ts';
import type { TfjsLayer, TfjsModelJson } from './schema.ts';
import { encodeWeights, type NamedTensor } from './weights.ts';

export interface TfjsModel {
  readonly modelJson: TfjsModelJson;
  /** The files at `modelJson.weightsManifest[0].paths`, in that order. */
  readonly shards: readonly Bytes[];
}

interface Writer {
  readonly network: Network;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly nonNegative: ReadonlySet<string>;
  readonly layers: TfjsLayer[];
  readonly tensors: NamedTensor[];
  /** The layer that other nodes must read for a node's output, where it has another name. */
  readonly aliases: Map<string, string>;
}

// The weights follow in any case; drawing random ones first would only make loading slower.
const ZEROS = { class_name: 'Zeros', config: {} };

/**
 * Writes a network as a functional tfjs layers model. Preprocessing becomes a 1×1 convolution right after the
 * input, ahead of any padding, so that the model takes pixels of 0–255 and padded zeros mean what they meant.
 * @throws AppError unsupportedByFormat (`details.node`): grouped convolutions other than depthwise, padded
 *   pooling that Keras has no word for, and hard swish
 * @throws InvalidNetworkError
 */
export function writeTfjsLayers(network: Network, precision: Precision = 'float32'): TfjsModel {
  const writer: Writer = {
    network,
    shapes: checkNetwork(network),
    nonNegative: nonNegativeNodes(network.nodes),
    layers: [],
    tensors: [],
    aliases: new Map(),
  };
  for (const node of network.nodes) writeNode(writer, node);
  const names = new Set(writer.layers.map((layer) => layer.name));
  if (names.size !== writer.layers.length) throw new Error('two layers of one name');
  const { manifest, shards } = encodeWeights(writer.tensors, precision);
  const config = {
    name: network.name,
    layers: writer.layers,
    input_layers: [[network.nodes[0]?.name ?? '', 0, 0] as [string, number, number]],
    output_layers: [[layerOf(writer, outputNode(network).name), 0, 0] as [string, number, number]],
  };
  return {
    modelJson: {
      format: 'layers-model',
      generatedBy: 'Headstart',
      convertedBy: null,
      modelTopology: {
        keras_version: '2.15.0',
        backend: 'tensorflow',
        model_config: { class_name: 'Functional', config },
      },
      weightsManifest: manifest,
    },
    shards,
  };
}

function writeNode(writer: Writer, node: NetworkNode): void {
  switch (node.op) {
    case 'input':
      writeInput(writer, node);
      break;
    case 'conv2d':
      writeConv(writer, node);
      break;
    case 'maxPool':
    case 'avgPool':
      writePool(writer, node);
      break;
    case 'batchNorm':
      writeBatchNorm(writer, node);
      break;
    case 'dense':
      writeDense(writer, node);
      break;
    case 'relu':
      addLayer(writer, 'ReLU', node.name, node.inputs, { max_value: node.maxValue });
      break;
    case 'globalAvgPool':
      addLayer(writer, 'GlobalAveragePooling2D', node.name, node.inputs, CHANNELS_LAST);
      break;
    case 'globalMaxPool':
      addLayer(writer, 'GlobalMaxPooling2D', node.name, node.inputs, CHANNELS_LAST);
      break;
    case 'activation':
      writeActivation(writer, node);
      break;
    case 'add':
      addLayer(writer, 'Add', node.name, node.inputs, {});
      break;
    case 'concat':
      addLayer(writer, 'Concatenate', node.name, node.inputs, { axis: -1 });
      break;
    case 'flatten':
      addLayer(writer, 'Flatten', node.name, node.inputs, CHANNELS_LAST);
      break;
    case 'dropout':
      addLayer(writer, 'Dropout', node.name, node.inputs, { rate: node.rate });
      break;
    case 'softmax':
      addLayer(writer, 'Activation', node.name, node.inputs, { activation: 'softmax' });
      break;
  }
}

const CHANNELS_LAST = { data_format: 'channels_last' };

function writeInput(writer: Writer, node: InputNode): void {
  addLayer(writer, 'InputLayer', node.name, [], {
    batch_input_shape: [null, ...node.shape],
    dtype: 'float32',
    sparse: false,
  });
  if (!node.preprocessing) return;
  addLayer(writer, 'Conv2D', PREPROCESSING_LAYER, [node.name], {
    ...convConfig([1, 1], [1, 1], true),
    filters: 3,
    kernel_initializer: ZEROS,
  });
  writer.tensors.push(...toPixelTensors(node.preprocessing));
  writer.aliases.set(node.name, PREPROCESSING_LAYER);
}

function writeConv(writer: Writer, node: Conv2dNode): void {
  const channels = shapeOf(writer, node.inputs[0]).at(-1) ?? 0;
  const inputs = writePadding(writer, node.name, node.inputs, node.padding);
  const config = convConfig(node.kernelSize, node.strides, node.useBias);
  const kernel = getWeight(writer.network, node.name, 'kernel');
  if (node.groups === 1) {
    const own = { filters: node.filters, kernel_initializer: ZEROS };
    addLayer(writer, 'Conv2D', node.name, inputs, { ...config, ...own });
    addTensor(writer, node, 'kernel', 'kernel');
  } else if (node.groups === channels) {
    const multiplier = node.filters / channels;
    const own = { depth_multiplier: multiplier, depthwise_initializer: ZEROS };
    addLayer(writer, 'DepthwiseConv2D', node.name, inputs, { ...config, ...own });
    // Filter c·multiplier + m reads channel c in both layouts: the same numbers under another shape.
    const shape = [...node.kernelSize, channels, multiplier];
    writer.tensors.push({ name: `${node.name}/depthwise_kernel`, shape, values: kernel.values });
  } else {
    throw new AppError('unsupportedByFormat', { node: node.name });
  }
  if (node.useBias) addTensor(writer, node, 'bias', 'bias');
}

function convConfig(kernelSize: Conv2dNode['kernelSize'], strides: Conv2dNode['strides'], useBias: boolean) {
  return {
    kernel_size: [...kernelSize],
    strides: [...strides],
    padding: 'valid',
    ...CHANNELS_LAST,
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: useBias,
  };
}

function writePool(writer: Writer, node: PoolNode): void {
  const same = samePadding(shapeOf(writer, node.inputs[0]), node.poolSize, node.strides);
  const isPadded = !isSamePadding(node.padding, NO_PADDING);
  const isSame = isPadded && isSamePadding(node.padding, same);
  // Zeros as a layer count in an average, and win a maximum over negative numbers.
  const takesZeros = node.op === 'maxPool' && node.inputs.every((input) => writer.nonNegative.has(input));
  if (isPadded && !isSame && !takesZeros) throw new AppError('unsupportedByFormat', { node: node.name });
  const inputs = isSame ? node.inputs : writePadding(writer, node.name, node.inputs, node.padding);
  addLayer(writer, node.op === 'maxPool' ? 'MaxPooling2D' : 'AveragePooling2D', node.name, inputs, {
    pool_size: [...node.poolSize],
    strides: [...node.strides],
    padding: isSame ? 'same' : 'valid',
    ...CHANNELS_LAST,
  });
}

/** A layer of zeros ahead of a node, if there is padding. Returns what the node is to read. */
function writePadding(
  writer: Writer,
  name: string,
  inputs: readonly string[],
  padding: Padding,
): readonly string[] {
  if (isSamePadding(padding, NO_PADDING)) return inputs;
  addLayer(writer, 'ZeroPadding2D', `${name}_pad`, inputs, {
    padding: [
      [padding.top, padding.bottom],
      [padding.left, padding.right],
    ],
    ...CHANNELS_LAST,
  });
  return [`${name}_pad`];
}

function writeActivation(writer: Writer, node: ActivationNode): void {
  const { className, config } = toActivationLayer(node);
  addLayer(writer, className, node.name, node.inputs, config);
}

function writeBatchNorm(writer: Writer, node: BatchNormNode): void {
  const { epsilon, momentum } = node;
  const config = { axis: -1, epsilon, momentum, center: true, scale: true };
  addLayer(writer, 'BatchNormalization', node.name, node.inputs, config);
  addTensor(writer, node, 'gamma', 'gamma');
  addTensor(writer, node, 'beta', 'beta');
  addTensor(writer, node, 'movingMean', 'moving_mean');
  addTensor(writer, node, 'movingVariance', 'moving_variance');
}

function writeDense(writer: Writer, node: DenseNode): void {
  const config = {
    units: node.units,
    activation: 'linear',
    use_bias: node.useBias,
    kernel_initializer: ZEROS,
  };
  addLayer(writer, 'Dense', node.name, node.inputs, config);
  addTensor(writer, node, 'kernel', 'kernel');
  if (node.useBias) addTensor(writer, node, 'bias', 'bias');
}

function addLayer(
  writer: Writer,
  className: string,
  name: string,
  inputs: readonly string[],
  config: Readonly<Record<string, unknown>>,
): void {
  const inbound = inputs.map((input): [string, number, number, ...unknown[]] => [
    layerOf(writer, input),
    0,
    0,
    {},
  ]);
  writer.layers.push({
    class_name: className,
    name,
    config: { name, ...config },
    inbound_nodes: inbound.length === 0 ? [] : [inbound],
  });
}

function addTensor(writer: Writer, node: NetworkNode, kind: string, kerasKind: string): void {
  const { shape, values } = getWeight(writer.network, node.name, kind);
  writer.tensors.push({ name: `${node.name}/${kerasKind}`, shape, values });
}

function layerOf(writer: Writer, nodeName: string): string {
  return writer.aliases.get(nodeName) ?? nodeName;
}

function shapeOf(writer: Writer, name: string | undefined): Shape {
  return writer.shapes.get(name ?? '') ?? [];
}
