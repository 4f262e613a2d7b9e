/** Writes a folded network of ours as ONNX, so that ONNX Runtime computes in the bench exactly what we compute. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Conv2dNode,
  getWeight,
  type Network,
  type NetworkNode,
  outputNode,
  type Padding,
  type Weight,
} from '../../src/network/network.ts';
import { inferShapes, type Shape } from '../../src/network/shapes.ts';
import { toWeights } from '../../src/weights/load.ts';
import { findPart, parseManifest } from '../../src/weights/manifest.ts';
import {
  attribute,
  encodeModel,
  FLOAT,
  floatValue,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
} from './onnxSchema.ts';

const OPSET = 17;
/** The file format that came with that operator set. */
const IR_VERSION = 8;

/** The backbone that set-up left in `folder`, from the picture to the features. */
export async function readBackbone(folder: string): Promise<Network> {
  const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const { shards } = findPart(manifest, 'backbone');
  const bytes = Buffer.concat(await Promise.all(shards.map(({ path }) => readFile(join(folder, path)))));
  return {
    name: manifest.backboneId,
    nodes: manifest.nodes,
    weights: toWeights(manifest, 'backbone', new Uint8Array(bytes)),
  };
}

/** Ours are channels last, ONNX knows channels first only: `[height, width, channels]` → `[1, channels, height, width]`. */
function toOnnxShape(shape: Shape): readonly number[] {
  const [height, width, channels] = shape;
  return channels === undefined || height === undefined || width === undefined
    ? [1, ...shape]
    : [1, channels, height, width];
}

/** `[height, width, inPerGroup, filters]` → `[filters, inPerGroup, height, width]`. */
function toOihw({ shape, values }: Weight): Weight {
  const [height = 1, width = 1, inputs = 1, filters = 1] = shape;
  const turned = new Float32Array(values.length);
  let to = 0;
  for (let filter = 0; filter < filters; filter++) {
    for (let input = 0; input < inputs; input++) {
      for (let place = 0; place < height * width; place++) {
        turned[to++] = values[(place * inputs + input) * filters + filter] as number;
      }
    }
  }
  return { shape: [filters, inputs, height, width], values: turned };
}

function toTensor(name: string, { shape, values }: Weight): OnnxTensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: shape, dataType: FLOAT, rawData };
}

function toPads({ top, left, bottom, right }: Padding): OnnxAttribute {
  return attribute('pads', [top, left, bottom, right]);
}

function toConv(node: Conv2dNode, network: Network): { node: OnnxNode; tensors: OnnxTensor[] } {
  const tensors = [toTensor(`${node.name}/kernel`, toOihw(getWeight(network, node.name, 'kernel')))];
  if (node.useBias) tensors.push(toTensor(`${node.name}/bias`, getWeight(network, node.name, 'bias')));
  const input = [...node.inputs, ...tensors.map(({ name }) => name)];
  const attributes = [
    attribute('kernel_shape', node.kernelSize),
    attribute('strides', node.strides),
    attribute('group', node.groups),
    toPads(node.padding),
  ];
  return {
    node: { name: node.name, opType: 'Conv', input, output: [node.name], attribute: attributes },
    tensors,
  };
}

/** The ONNX operators of a node without weights. @throws Error for an op that no backbone of the bench has */
function toNodes(node: NetworkNode): OnnxNode[] {
  const make = (opType: string, attributes: readonly OnnxAttribute[] = []): OnnxNode => {
    return { name: node.name, opType, input: node.inputs, output: [node.name], attribute: attributes };
  };
  if (node.op === 'relu' && node.maxValue === null) return [make('Relu')];
  if (node.op === 'add' && node.inputs.length === 2) return [make('Add')];
  if (node.op === 'maxPool') {
    const { poolSize, strides, padding } = node;
    return [
      make('MaxPool', [attribute('kernel_shape', poolSize), attribute('strides', strides), toPads(padding)]),
    ];
  }
  if (node.op === 'globalAvgPool') {
    const pooled = `${node.name}/pooled`;
    return [
      { ...make('GlobalAveragePool'), name: pooled, output: [pooled] },
      { ...make('Flatten', [attribute('axis', 1)]), input: [pooled] },
    ];
  }
  throw new Error(`the bench does not write ${node.op} (${node.name}) as ONNX`);
}

/**
 * The bytes of an `.onnx` file for a batch of one. Its input has the name of the input node and is preprocessed
 * already, `[1, channels, height, width]`; its output has the name of the last node.
 * @throws Error for an op that no backbone of the bench has
 */
export function toOnnx(network: Network): Uint8Array {
  const shapes = inferShapes(network.nodes);
  const toValue = ({ name }: NetworkNode) => floatValue(name, toOnnxShape(shapes.get(name) ?? []));
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  const [input, ...others] = network.nodes;
  for (const node of others) {
    if (node.op === 'conv2d') {
      const conv = toConv(node, network);
      nodes.push(conv.node);
      tensors.push(...conv.tensors);
    } else nodes.push(...toNodes(node));
  }
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'headstart-bench',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: network.name,
      node: nodes,
      initializer: tensors,
      input: input ? [toValue(input)] : [],
      output: [toValue(outputNode(network))],
    },
  });
}
