/** A network as a graph of ONNX's operators, which have channels first: the pixels are turned right after the input. */
import type { Precision } from '../../domain/modelExport.ts';
import {
  type ActivationNode,
  type BatchNormNode,
  type Conv2dNode,
  type DenseNode,
  getWeight,
  type InputNode,
  inputNodeOf,
  type Network,
  type NetworkNode,
  outputNode,
  type Padding,
  type PoolNode,
  type ReluNode,
} from '../../network/network.ts';
import { checkNetwork, type Shape } from '../../network/shapes.ts';
import { bytesOf } from '../fileParts.ts';
import { kernelPart, type Turn, toChannelsFirst } from '../weightParts.ts';
import {
  type AttributeValue,
  ELEMENT_TYPES,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from './onnxProto.ts';

/** Any number of pictures at once. */
const BATCH = 'batch';
const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

interface Writer {
  readonly network: Network;
  readonly precision: Precision;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly nodes: OnnxNode[];
  readonly tensors: OnnxTensor[];
  /** The value that other operators must read for a node's output, where it has another name. */
  readonly aliases: Map<string, string>;
}

/**
 * The input takes pixels as `[batch, height, width, 3]`, 0–255; the output is that of the last node. Weights in less than
 * float32 are brought back to it as the model is loaded; a program may round further what it computes.
 * @throws InvalidNetworkError
 */
export function toOnnxGraph(network: Network, precision: Precision): OnnxGraph {
  const shapes = checkNetwork(network);
  const writer: Writer = { network, precision, shapes, nodes: [], tensors: [], aliases: new Map() };
  for (const node of network.nodes) writeNode(writer, node);
  const input = inputNodeOf(network.nodes);
  const last = outputNode(network).name;
  return {
    name: network.name,
    nodes: writer.nodes,
    tensors: writer.tensors,
    input: { name: input.name, shape: [BATCH, ...input.shape] },
    output: { name: writeOutput(writer, last), shape: [BATCH, ...(shapes.get(last) ?? [])] },
  };
}

/** In our order of sides, as the input is. @returns the name of the value */
function writeOutput(writer: Writer, last: string): string {
  const value = valueFor(writer, last);
  if ((writer.shapes.get(last) ?? []).length === 3)
    return add(writer, `${last}/channels_last`, 'Transpose', [value], { perm: TO_CHANNELS_LAST });
  // What the graph gives is the output of an operator, not another's under a second name.
  return value === last ? value : add(writer, last, 'Identity', [value]);
}

function writeNode(writer: Writer, node: NetworkNode): void {
  switch (node.op) {
    case 'input':
      writeInput(writer, node);
      break;
    case 'conv2d':
      writeConv(writer, node);
      break;
    case 'batchNorm':
      writeBatchNorm(writer, node);
      break;
    case 'relu':
      writeRelu(writer, node);
      break;
    case 'activation':
      writeActivation(writer, node);
      break;
    case 'maxPool':
      addOver(writer, node, 'MaxPool', windowOf(node, node.poolSize));
      break;
    case 'avgPool':
      addOver(writer, node, 'AveragePool', { ...windowOf(node, node.poolSize), count_include_pad: 0 });
      break;
    case 'globalAvgPool':
      writeGlobalPool(writer, node, 'GlobalAveragePool');
      break;
    case 'globalMaxPool':
      writeGlobalPool(writer, node, 'GlobalMaxPool');
      break;
    case 'add':
      addOver(writer, node, node.inputs.length === 2 ? 'Add' : 'Sum');
      break;
    case 'concat':
      addOver(writer, node, 'Concat', { axis: 1 });
      break;
    case 'flatten':
      writeFlatten(writer, node);
      break;
    case 'dropout':
      // Nothing outside of training.
      pass(writer, node.name, inputsOf(writer, node)[0] ?? '');
      break;
    case 'dense':
      writeDense(writer, node);
      break;
    case 'softmax':
      addOver(writer, node, 'Softmax', { axis: 1 });
      break;
  }
}

function writeInput(writer: Writer, { name, shape, preprocessing }: InputNode): void {
  if (shape.length !== 3) return;
  let value = add(writer, `${name}/channels_first`, 'Transpose', [name], { perm: TO_CHANNELS_FIRST });
  if (preprocessing) {
    const kernel = addTensor(writer, `${name}/matrix`, [3, 3, 1, 1], Float32Array.from(preprocessing.matrix));
    const bias = addTensor(writer, `${name}/offset`, [3], Float32Array.from(preprocessing.bias));
    // Ahead of any padding, so that padded zeros mean what they meant.
    value = add(writer, `${name}/preprocessed`, 'Conv', [value, kernel, bias], { kernel_shape: [1, 1] });
  }
  pass(writer, name, value);
}

function writeConv(writer: Writer, node: Conv2dNode): void {
  const kernel = getWeight(writer.network, node.name, 'kernel');
  const [height = 1, width = 1, inputs = 1, filters = 1] = kernel.shape;
  const shape = [filters, inputs, height, width];
  const weights = [addKernel(writer, node, shape, 0, toChannelsFirst(kernel))];
  if (node.useBias) weights.push(addWeight(writer, node, 'bias'));
  add(writer, node.name, 'Conv', [...inputsOf(writer, node), ...weights], {
    ...windowOf(node, node.kernelSize),
    group: node.groups,
  });
}

function writeDense(writer: Writer, node: DenseNode): void {
  const { shape } = getWeight(writer.network, node.name, 'kernel');
  const weights = [addKernel(writer, node, shape, 1)];
  if (node.useBias) weights.push(addWeight(writer, node, 'bias'));
  add(writer, node.name, 'Gemm', [...inputsOf(writer, node), ...weights]);
}

function writeBatchNorm(writer: Writer, node: BatchNormNode): void {
  const kinds = ['gamma', 'beta', 'movingMean', 'movingVariance'];
  const weights = kinds.map((kind) => addWeight(writer, node, kind));
  const attributes = { epsilon: { float: node.epsilon }, momentum: { float: node.momentum } };
  add(writer, node.name, 'BatchNormalization', [...inputsOf(writer, node), ...weights], attributes);
}

function writeRelu(writer: Writer, node: ReluNode): void {
  const { name, maxValue } = node;
  const inputs = inputsOf(writer, node);
  if (maxValue === null) {
    add(writer, name, 'Relu', inputs);
    return;
  }
  const lowest = addTensor(writer, `${name}/lowest`, [], Float32Array.of(0));
  const highest = addTensor(writer, `${name}/highest`, [], Float32Array.of(maxValue));
  add(writer, name, 'Clip', [...inputs, lowest, highest]);
}

function writeActivation(writer: Writer, node: ActivationNode): void {
  const { name, kind, slope } = node;
  const inputs = inputsOf(writer, node);
  switch (kind) {
    case 'leakyRelu':
      add(writer, name, 'LeakyRelu', inputs, { alpha: { float: slope } });
      break;
    case 'sigmoid':
      add(writer, name, 'Sigmoid', inputs);
      break;
    case 'silu':
      add(writer, name, 'Mul', [...inputs, add(writer, `${name}/sigmoid`, 'Sigmoid', inputs)]);
      break;
    case 'hardSwish':
      add(writer, name, 'HardSwish', inputs);
      break;
  }
}

function writeGlobalPool(writer: Writer, node: NetworkNode, opType: string): void {
  const pooled = add(writer, `${node.name}/pooled`, opType, inputsOf(writer, node));
  add(writer, node.name, 'Flatten', [pooled], { axis: 1 });
}

/** In the order of ours, in which the channels of a place lie side by side. */
function writeFlatten(writer: Writer, node: NetworkNode): void {
  const [input = ''] = inputsOf(writer, node);
  const isMap = (writer.shapes.get(node.inputs[0] ?? '') ?? []).length === 3;
  if (!isMap) {
    pass(writer, node.name, input);
    return;
  }
  const last = add(writer, `${node.name}/channels_last`, 'Transpose', [input], { perm: TO_CHANNELS_LAST });
  add(writer, node.name, 'Flatten', [last], { axis: 1 });
}

function windowOf(
  { strides, padding }: Conv2dNode | PoolNode,
  size: readonly number[],
): Readonly<Record<string, AttributeValue>> {
  return { kernel_shape: size, strides, pads: padsOf(padding) };
}

function padsOf({ top, left, bottom, right }: Padding): readonly number[] {
  return [top, left, bottom, right];
}

function addOver(
  writer: Writer,
  node: NetworkNode,
  opType: string,
  attributes: OnnxNode['attributes'] = {},
): void {
  add(writer, node.name, opType, inputsOf(writer, node), attributes);
}

/** @returns the name of what it gives, which is its own */
function add(
  writer: Writer,
  name: string,
  opType: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): string {
  writer.nodes.push({ name, opType, inputs, output: name, attributes });
  return name;
}

/** What reads this node reads that value. */
function pass(writer: Writer, name: string, value: string): void {
  writer.aliases.set(name, value);
}

function valueFor(writer: Writer, name: string): string {
  return writer.aliases.get(name) ?? name;
}

function inputsOf(writer: Writer, { inputs }: NetworkNode): readonly string[] {
  return inputs.map((input) => valueFor(writer, input));
}

function addTensor(
  writer: Writer,
  name: string,
  shape: readonly number[],
  values: Float32Array<ArrayBuffer>,
): string {
  writer.tensors.push({ name, shape, type: 'float32', bytes: bytesOf(values) });
  return name;
}

/** One number a channel, exact in any case: there are few of them, and much hangs on each. */
function addWeight(writer: Writer, { name }: NetworkNode, kind: string): string {
  const { shape, values } = getWeight(writer.network, name, kind);
  return addTensor(writer, `${name}/${kind}`, shape, values);
}

/** @param axis of the filters in the order of the file */
function addKernel(
  writer: Writer,
  { name }: NetworkNode,
  shape: readonly number[],
  axis: number,
  turn?: Turn,
): string {
  const key = `${name}/kernel`;
  const part = kernelPart(getWeight(writer.network, name, 'kernel'), writer.precision, turn);
  const { type, bytes } = part;
  const stored = type === 'float32' ? key : `${key}/${type}`;
  writer.tensors.push({ name: stored, shape, type, bytes });
  if (type === 'float32') return key;
  if (type === 'float16') return add(writer, key, 'Cast', [stored], { to: ELEMENT_TYPES.float32 });
  const scales = addTensor(writer, `${key}/scales`, [part.scales.length], part.scales);
  return add(writer, key, 'DequantizeLinear', [stored, scales], { axis });
}
