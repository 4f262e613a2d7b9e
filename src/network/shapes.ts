/** What a network must hold to be one: the shape of every output, and the weights each node needs. */
import {
  type Conv2dNode,
  type Network,
  type NetworkNode,
  type PoolNode,
  type Weight,
  weightKey,
} from './network.ts';

/** Of one example, without the batch: `[height, width, channels]` or `[features]`. */
export type Shape = readonly number[];

/** The network breaks a rule. From our own code it is a fault; a reader of files turns it into an `AppError`. */
export class InvalidNetworkError extends Error {
  override readonly name = 'InvalidNetworkError';
}

/**
 * Shape of every node's output, without the batch.
 * @throws InvalidNetworkError if a name repeats, an input does not stand earlier, or a shape does not fit its node
 */
export function inferShapes(nodes: readonly NetworkNode[]): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  nodes.forEach((node, index) => {
    if (shapes.has(node.name)) throw new InvalidNetworkError(`two nodes are called ${node.name}`);
    if ((node.op === 'input') !== (index === 0)) {
      throw new InvalidNetworkError(`the first node, and no other, is the input: ${node.name}`);
    }
    shapes.set(node.name, outputShape(node, inputShapes(node, shapes)));
  });
  if (shapes.size === 0) throw new InvalidNetworkError('a network needs nodes');
  return shapes;
}

/**
 * Shape of one node's output.
 * @param inputs shapes of the outputs it reads, in its order
 * @throws InvalidNetworkError if they do not fit
 */
export function outputShape(node: NetworkNode, inputs: readonly Shape[]): Shape {
  if (node.op === 'input') return checkInputNode(node.shape, node.preprocessing !== null, node.name);
  if (node.op === 'add') {
    if (inputs.length < 2) throw misfit(node, inputs);
    const first = inputs[0] ?? [];
    if (!inputs.every((shape) => isSameShape(shape, first))) throw misfit(node, inputs);
    return first;
  }
  if (node.op === 'concat') return concatShape(node, inputs);
  const input = inputs[0];
  if (input === undefined || inputs.length !== 1) throw misfit(node, inputs);
  switch (node.op) {
    case 'conv2d':
      return convShape(node, input);
    case 'maxPool':
    case 'avgPool': {
      const [height, width, channels] = asMap(node, input);
      const [outHeight, outWidth] = windowed(node, [height, width], node.poolSize);
      if (
        Math.max(node.padding.top, node.padding.bottom) >= node.poolSize[0] ||
        Math.max(node.padding.left, node.padding.right) >= node.poolSize[1]
      ) {
        throw misfit(node, inputs); // a window of padding alone has neither a maximum nor an average
      }
      return [outHeight, outWidth, channels];
    }
    case 'globalAvgPool':
    case 'globalMaxPool':
      return [asMap(node, input)[2]];
    case 'flatten':
      return [sizeOf(input)];
    case 'dense':
    case 'softmax':
      if (input.length !== 1) throw misfit(node, inputs);
      return node.op === 'dense' ? [positive(node, node.units)] : input;
    case 'batchNorm':
    case 'relu':
    case 'activation':
    case 'dropout':
      return input;
  }
}

/** Name and shape of each weight a node needs, in the order files list them. Empty for nodes without weights. */
export function weightShapes(
  node: NetworkNode,
  inputs: readonly Shape[],
): readonly { readonly kind: string; readonly shape: Shape }[] {
  const channels = inputs[0]?.at(-1) ?? 0;
  switch (node.op) {
    case 'conv2d': {
      const kernel = [...node.kernelSize, channels / node.groups, node.filters];
      return [
        { kind: 'kernel', shape: kernel },
        ...(node.useBias ? [{ kind: 'bias', shape: [node.filters] }] : []),
      ];
    }
    case 'dense':
      return [
        { kind: 'kernel', shape: [channels, node.units] },
        ...(node.useBias ? [{ kind: 'bias', shape: [node.units] }] : []),
      ];
    case 'batchNorm':
      return ['gamma', 'beta', 'movingMean', 'movingVariance'].map((kind) => ({ kind, shape: [channels] }));
    default:
      return [];
  }
}

/**
 * Checks every rule a network keeps: names unique, inputs earlier, shapes that fit, and exactly the weights its
 * nodes need, each with its shape and as many values.
 * @returns the shape of every node's output
 * @throws InvalidNetworkError
 */
export function checkNetwork(network: Network): ReadonlyMap<string, Shape> {
  const shapes = inferShapes(network.nodes);
  const expected = new Set<string>();
  for (const node of network.nodes) {
    for (const { kind, shape } of weightShapes(node, inputShapes(node, shapes))) {
      const key = weightKey(node.name, kind);
      expected.add(key);
      checkWeight(key, network.weights[key], shape);
    }
  }
  const unused = Object.keys(network.weights).find((key) => !expected.has(key));
  if (unused !== undefined) throw new InvalidNetworkError(`no node uses the weight ${unused}`);
  return shapes;
}

/** How many numbers an array of that shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

/** Shapes of the outputs a node reads. @throws InvalidNetworkError if one does not stand earlier */
function inputShapes(node: NetworkNode, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
  return node.inputs.map((name) => {
    const shape = shapes.get(name);
    if (shape === undefined || name === node.name) {
      throw new InvalidNetworkError(`${node.name} reads ${name}, which does not stand before it`);
    }
    return shape;
  });
}

function checkInputNode(shape: Shape, hasPreprocessing: boolean, name: string): Shape {
  const isShape = (shape.length === 1 || shape.length === 3) && shape.every(isPositiveInteger);
  if (!isShape) throw new InvalidNetworkError(`${name} has the shape [${shape}]`);
  if (hasPreprocessing && (shape.length !== 3 || shape[2] !== 3)) {
    throw new InvalidNetworkError(`${name}: preprocessing needs three channels`);
  }
  return shape;
}

function convShape(node: Conv2dNode, input: Shape): Shape {
  const [height, width, channels] = asMap(node, input);
  if (
    !isPositiveInteger(node.groups) ||
    channels % node.groups !== 0 ||
    positive(node, node.filters) % node.groups !== 0
  ) {
    throw misfit(node, [input]);
  }
  return [...windowed(node, [height, width], node.kernelSize), node.filters];
}

/** Places a window can stand along height and width: ⌊(side + padding − window) / stride⌋ + 1. */
function windowed(
  node: Conv2dNode | PoolNode,
  [height, width]: readonly [number, number],
  window: readonly [number, number],
): readonly [number, number] {
  const { top, bottom, left, right } = node.padding;
  const sides = [...window, ...node.strides];
  if (!sides.every(isPositiveInteger) || ![top, bottom, left, right].every(isCount)) {
    throw new InvalidNetworkError(`${node.name}: window, strides and padding must be whole numbers`);
  }
  const outHeight = Math.floor((height + top + bottom - window[0]) / node.strides[0]) + 1;
  const outWidth = Math.floor((width + left + right - window[1]) / node.strides[1]) + 1;
  if (outHeight < 1 || outWidth < 1) throw misfit(node, [[height, width]]);
  return [outHeight, outWidth];
}

function concatShape(node: NetworkNode, inputs: readonly Shape[]): Shape {
  const first = inputs[0];
  if (first === undefined || inputs.length < 2) throw misfit(node, inputs);
  const front = first.slice(0, -1);
  if (!inputs.every((shape) => isSameShape(shape.slice(0, -1), front))) throw misfit(node, inputs);
  return [...front, inputs.reduce((total, shape) => total + (shape.at(-1) ?? 0), 0)];
}

function checkWeight(key: string, weight: Weight | undefined, shape: Shape): void {
  if (weight === undefined) throw new InvalidNetworkError(`the weight ${key} is missing`);
  if (!isSameShape(weight.shape, shape) || weight.values.length !== sizeOf(shape)) {
    throw new InvalidNetworkError(
      `the weight ${key} is [${weight.shape}] with ${weight.values.length} values, not [${shape}]`,
    );
  }
}

function asMap(node: NetworkNode, shape: Shape): readonly [number, number, number] {
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels === undefined || shape.length !== 3) {
    throw misfit(node, [shape]);
  }
  return [height, width, channels];
}

function positive(node: NetworkNode, value: number): number {
  if (!isPositiveInteger(value)) throw new InvalidNetworkError(`${node.name}: ${value} units`);
  return value;
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function misfit(node: NetworkNode, inputs: readonly Shape[]): InvalidNetworkError {
  return new InvalidNetworkError(
    `${node.name} (${node.op}) cannot read ${inputs.map((shape) => `[${shape}]`).join(', ') || 'nothing'}`,
  );
}
