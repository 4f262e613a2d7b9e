/** A tfjs layers model as a network: only layers we can run, only numbers, nothing ever evaluated. */

import {
  type Network,
  type NetworkNode,
  type Padding,
  type Size2,
  weightKey,
} from '../../network/network.ts';
import { networkNodesSchema } from '../../network/networkSchema.ts';
import { NO_PADDING } from '../../network/nodeBuilders.ts';
import {
  checkNetwork,
  InvalidNetworkError,
  isSameShape,
  outputShape,
  type Shape,
} from '../../network/shapes.ts';
import { AppError } from '../../shared/errors.ts';
import type { z } from '../../shared/zod.ts';
import { checkLimits } from '../networkLimits.ts';
import { ACTIVATION_NODES, toLeakyRelu } from './activationLayers.ts';
import { nonNegativeNodes, samePadding } from './kerasPadding.ts';
import { checkListed, findTensor, type LayerWeights, readListed, takeWeights } from './layerWeights.ts';
import { foldPreprocessing } from './preprocessing.ts';
import { isLayerClass, type LayerClass, layerConfigs, modelJsonSchema, type TfjsLayer } from './schema.ts';
import { decodeWeights, readManifest } from './weights.ts';

type ConfigOf<Class extends LayerClass> = z.infer<(typeof layerConfigs)[Class]>;

interface Reader extends LayerWeights {
  readonly nodes: NetworkNode[];
  readonly shapes: Map<string, Shape>;
  /** Layers of zeros that wait for the node they pad. */
  readonly paddings: Map<string, { readonly input: string; readonly padding: Padding }>;
}

/**
 * Reads what `writeTfjsLayers` wrote, and any functional layers model made of the same layers. All that can be judged
 * by sizes is, before the first weight is read.
 * @param modelJson model.json, parsed
 * @param getBytes the file at one of its paths
 * @throws AppError modelFileUnsupported (`details.layer`), modelFileUnreadable, modelFileTooLarge, modelFileNotFinite;
 *   what `getBytes` throws
 */
export async function readTfjsLayers(
  modelJson: unknown,
  getBytes: (path: string) => Promise<Uint8Array>,
): Promise<Network> {
  const parsed = modelJsonSchema.safeParse(modelJson);
  if (!parsed.success) throw new AppError('modelFileUnreadable', {}, { cause: parsed.error });
  const { modelTopology, weightsManifest } = parsed.data;
  const { class_name: modelClass, config } = modelTopology.model_config;
  if (modelClass !== 'Functional' && modelClass !== 'Model') throw unsupported(modelClass);
  const reader: Reader = {
    tensorShapes: readManifest(weightsManifest),
    nodes: [],
    shapes: new Map(),
    weights: new Map(),
    paddings: new Map(),
  };
  try {
    for (const layer of config.layers) {
      const node = toNode(reader, layer);
      if (node) addNode(reader, node);
    }
    checkLimits(reader.nodes);
    checkListed(reader);
    checkEnds(reader, config.input_layers, config.output_layers);
    const weights = readListed(reader, await decodeWeights(weightsManifest, getBytes));
    const network = { name: config.name, ...foldPreprocessing(reader.nodes, weights) };
    checkNodes(network);
    checkNetwork(network);
    return network;
  } catch (thrown) {
    if (thrown instanceof InvalidNetworkError) {
      throw new AppError('modelFileUnreadable', {}, { cause: thrown });
    }
    throw thrown;
  }
}

/** The layer as a node; null for a layer of zeros, which becomes the padding of the node that reads it. */
function toNode(reader: Reader, layer: TfjsLayer): NetworkNode | null {
  const { class_name: className, name } = layer;
  if (!isLayerClass(className) || layer.inbound_nodes.length > 1) throw unsupported(className);
  const base = { name, inputs: (layer.inbound_nodes[0] ?? []).map(([input]) => input) };
  const config = <Class extends LayerClass>(which: Class): ConfigOf<Class> => parseConfig(which, layer);
  switch (className) {
    case 'InputLayer': {
      const [, ...shape] = config(className).batch_input_shape;
      return { ...base, op: 'input', shape, preprocessing: null };
    }
    case 'ZeroPadding2D': {
      const [[top, bottom], [left, right]] = config(className).padding;
      reader.paddings.set(name, { input: base.inputs[0] ?? '', padding: { top, bottom, left, right } });
      return null;
    }
    case 'Conv2D': {
      const { filters, kernel_size, strides, padding, use_bias } = config(className);
      const step = strides ?? ([1, 1] as const);
      const placed = placeWindow(reader, base.inputs, kernel_size, step, padding);
      takeWeights(reader, name, use_bias ? ['kernel', 'bias'] : ['kernel']);
      const sizes = { filters, kernelSize: kernel_size, strides: step, groups: 1, useBias: use_bias };
      return { ...base, ...placed, ...sizes, op: 'conv2d' };
    }
    case 'DepthwiseConv2D': {
      const { depth_multiplier, kernel_size, strides, padding, use_bias } = config(className);
      const step = strides ?? ([1, 1] as const);
      const placed = placeWindow(reader, base.inputs, kernel_size, step, padding);
      const groups = reader.shapes.get(placed.inputs[0] ?? '')?.at(-1) ?? 0;
      const filters = groups * depth_multiplier;
      const kernel = findTensor(reader, `${name}/depthwise_kernel`);
      if (!isSameShape(kernel.shape, [...kernel_size, groups, depth_multiplier])) {
        throw new InvalidNetworkError(`${name}: kernel [${kernel.shape}]`);
      }
      reader.weights.set(weightKey(name, 'kernel'), { ...kernel, shape: [...kernel_size, 1, filters] });
      if (use_bias) takeWeights(reader, name, ['bias']);
      const sizes = { filters, kernelSize: kernel_size, strides: step, groups, useBias: use_bias };
      return { ...base, ...placed, ...sizes, op: 'conv2d' };
    }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const { pool_size, strides, padding } = config(className);
      const step = strides ?? pool_size;
      const placed = placeWindow(reader, base.inputs, pool_size, step, padding);
      const hasZeros = reader.paddings.has(base.inputs[0] ?? '');
      const isMax = className === 'MaxPooling2D';
      if (hasZeros && !(isMax && nonNegativeNodes(reader.nodes).has(placed.inputs[0] ?? ''))) {
        throw unsupported('ZeroPadding2D');
      }
      return {
        ...base,
        ...placed,
        op: isMax ? 'maxPool' : 'avgPool',
        poolSize: pool_size,
        strides: step,
      };
    }
    case 'BatchNormalization': {
      const { axis, epsilon, momentum } = config(className);
      requireLastAxis(reader, base.inputs[0], typeof axis === 'number' ? axis : axis[0], className);
      takeWeights(reader, name, ['gamma', 'beta']);
      takeWeights(reader, name, ['movingMean', 'movingVariance'], ['moving_mean', 'moving_variance']);
      return { ...base, op: 'batchNorm', epsilon, momentum };
    }
    case 'Dense': {
      const { units, use_bias } = config(className);
      takeWeights(reader, name, use_bias ? ['kernel', 'bias'] : ['kernel']);
      return { ...base, op: 'dense', units, useBias: use_bias };
    }
    case 'Concatenate':
      requireLastAxis(reader, base.inputs[0], config(className).axis, className);
      return { ...base, op: 'concat' };
    case 'ReLU':
      return { ...base, op: 'relu', maxValue: config(className).max_value };
    case 'Activation':
      return { ...base, ...ACTIVATION_NODES[config(className).activation] };
    case 'LeakyReLU':
      return { ...base, ...toLeakyRelu(config(className)) };
    case 'Softmax':
      config(className);
      return { ...base, op: 'softmax' };
    case 'Dropout':
      return { ...base, op: 'dropout', rate: config(className).rate };
    case 'Flatten':
      config(className);
      return { ...base, op: 'flatten' };
    case 'GlobalAveragePooling2D':
      config(className);
      return { ...base, op: 'globalAvgPool' };
    case 'GlobalMaxPooling2D':
      config(className);
      return { ...base, op: 'globalMaxPool' };
    case 'Add':
      return { ...base, op: 'add' };
  }
}

/** A setting that we cannot run is the layer's class for the person: the exact place goes to the log. */
function parseConfig<Class extends LayerClass>(which: Class, layer: TfjsLayer): ConfigOf<Class> {
  const parsed = layerConfigs[which].safeParse(layer.config);
  if (!parsed.success) throw unsupported(which, parsed.error);
  return parsed.data as ConfigOf<Class>;
}

function addNode(reader: Reader, node: NetworkNode): void {
  const inputs = node.inputs.map((name) => {
    if (reader.paddings.has(name)) throw unsupported('ZeroPadding2D');
    const shape = reader.shapes.get(name);
    if (!shape) throw new InvalidNetworkError(`${node.name} reads ${name}, which does not stand before it`);
    return shape;
  });
  reader.shapes.set(node.name, outputShape(node, inputs));
  reader.nodes.push(node);
}

/** What a convolution or a pool reads, past a layer of zeros, and its padding on each side. */
function placeWindow(
  reader: Reader,
  inputs: readonly string[],
  window: Size2,
  strides: Size2,
  padding: 'valid' | 'same',
): { readonly inputs: readonly string[]; readonly padding: Padding } {
  const zeros = reader.paddings.get(inputs[0] ?? '');
  if (padding === 'valid') {
    return zeros ? { inputs: [zeros.input], padding: zeros.padding } : { inputs, padding: NO_PADDING };
  }
  if (zeros) throw unsupported('ZeroPadding2D');
  return { inputs, padding: samePadding(reader.shapes.get(inputs[0] ?? '') ?? [], window, strides) };
}

function requireLastAxis(reader: Reader, input: string | undefined, axis: number, className: string): void {
  const rank = reader.shapes.get(input ?? '')?.length ?? 0; // Keras counts the batch as axis 0
  if (axis !== -1 && axis !== rank) throw unsupported(className);
}

/** What is kept must be readable again: names and numbers as the schema of networks has them. */
function checkNodes({ nodes }: Pick<Network, 'nodes'>): void {
  const parsed = networkNodesSchema.safeParse(nodes);
  if (!parsed.success) throw new AppError('modelFileUnreadable', {}, { cause: parsed.error });
}

/** One input, one output, and the output last: a layer after it would change what the network answers. */
function checkEnds(
  reader: Reader,
  inputs: readonly (readonly [string, number, number])[],
  outputs: readonly (readonly [string, number, number])[],
): void {
  const first = reader.nodes[0]?.name;
  const last = reader.nodes.at(-1)?.name;
  if (inputs.length !== 1 || outputs.length !== 1 || inputs[0]?.[0] !== first || outputs[0]?.[0] !== last) {
    throw new InvalidNetworkError(`inputs ${inputs.join()}, outputs ${outputs.join()}`);
  }
}

function unsupported(layer: string, cause?: Error): AppError {
  return new AppError('modelFileUnsupported', { layer }, cause ? { cause } : {});
}
