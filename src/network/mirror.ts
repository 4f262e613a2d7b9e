/** The network that sees every picture in a mirror: with the first one it makes test-time flipping a network of its own. */
import {
  type Conv2dNode,
  getWeight,
  type Network,
  type NetworkNode,
  type Padding,
  type PoolNode,
  type Weight,
  weightKey,
} from './network.ts';
import { NO_PADDING } from './nodeBuilders.ts';
import { InvalidNetworkError, inferShapes, type Shape } from './shapes.ts';

/** `[height, width, …]` with each row turned round. */
function turnedRows({ shape, values }: Weight): Weight {
  const [height = 0, width = 0] = shape;
  const inner = values.length / Math.max(1, height * width);
  const turned = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * inner;
      turned.set(values.subarray(from, from + inner), (y * width + width - 1 - x) * inner);
    }
  }
  return { shape, values: turned };
}

/** What is padded on the left once the picture is turned; below zero: so many columns of the map were not read. */
function turnedPadding(
  { left, ...rest }: Padding,
  window: number,
  stride: number,
  side: number,
  out: number,
): Padding {
  const read = (out - 1) * stride + window;
  return { ...rest, left: read - side - left, right: left };
}

/** The kernel of a dense layer that reads a map row by row. */
function turnedDense(kernel: Weight, map: Shape): Weight {
  const [height = 0, width = 0, channels = 0] = map;
  const units = kernel.shape[1] ?? 0;
  const { values } = turnedRows({ shape: [height, width, channels * units], values: kernel.values });
  return { shape: kernel.shape, values };
}

/**
 * Takes the first columns of a map away, which a window that left them unread at the other end must not see: a depthwise
 * convolution whose kernel is zero but for its last column.
 */
function cropped(name: string, input: string, columns: number, channels: number) {
  const values = new Float32Array((columns + 1) * channels).fill(1, columns * channels);
  const node: NetworkNode = {
    ...{ op: 'conv2d', name, inputs: [input], filters: channels, kernelSize: [1, columns + 1] },
    ...{ strides: [1, 1], padding: NO_PADDING, groups: channels, useBias: false },
  };
  return { node, weight: { shape: [1, columns + 1, 1, channels], values } };
}

/**
 * Gives for a picture what `network` gives for the picture turned left to right, but for the order of sums: the kernels
 * are turned, and what is padded on the left goes to the right.
 * @throws InvalidNetworkError for one that reads places in a way that cannot be turned
 */
export function mirrored(network: Network): Network {
  const shapes = inferShapes(network.nodes);
  const weights: Record<string, Weight> = { ...network.weights };
  const layouts = findLayouts(network.nodes, shapes);

  function turnedWindow<Node extends Conv2dNode | PoolNode>(node: Node, window: number): NetworkNode[] {
    const [input = ''] = node.inputs;
    const [, side = 0, channels = 0] = shapes.get(input) ?? [];
    const padding = turnedPadding(
      node.padding,
      window,
      node.strides[1],
      side,
      shapes.get(node.name)?.[1] ?? 0,
    );
    if (padding.left >= 0) return [{ ...node, padding }];
    const name = `${node.name}_crop`;
    const crop = cropped(name, input, -padding.left, channels);
    weights[weightKey(name, 'kernel')] = crop.weight;
    return [crop.node, { ...node, inputs: [name], padding: { ...padding, left: 0 } }];
  }

  const nodes = network.nodes.flatMap((node): NetworkNode[] => {
    const key = weightKey(node.name, 'kernel');
    if (node.op === 'conv2d') {
      weights[key] = turnedRows(getWeight(network, node.name, 'kernel'));
      return turnedWindow(node, node.kernelSize[1]);
    }
    if (node.op === 'maxPool' || node.op === 'avgPool') return turnedWindow(node, node.poolSize[1]);
    const layout = layouts.get(node.inputs[0] ?? '');
    if (layout && node.op === 'dense')
      weights[key] = turnedDense(getWeight(network, node.name, 'kernel'), layout);
    if (layout && node.op === 'batchNorm') {
      for (const kind of ['gamma', 'beta', 'movingMean', 'movingVariance'])
        weights[weightKey(node.name, kind)] = turnedValues(getWeight(network, node.name, kind), layout);
    }
    return [node];
  });
  return { ...network, nodes, weights };
}

/** What works on each number by itself, and leaves them where they are. */
const KEEPS_PLACES: readonly NetworkNode['op'][] = ['relu', 'dropout', 'activation', 'batchNorm'];

/**
 * Of each node that puts out a map as a list, the map: its numbers lie in other places once the picture is turned.
 * @throws InvalidNetworkError where such a list goes to something that cannot be turned with it
 */
function findLayouts(
  nodes: readonly NetworkNode[],
  shapes: ReadonlyMap<string, Shape>,
): ReadonlyMap<string, Shape> {
  const layouts = new Map<string, Shape>();
  for (const node of nodes) {
    const [first = '', ...others] = node.inputs;
    const map = shapes.get(first) ?? [];
    // A list that is no map, or one column, is the same in a mirror.
    if (node.op === 'flatten' && map.length === 3 && (map[1] ?? 1) > 1) layouts.set(node.name, map);
    const layout = layouts.get(first);
    const isSame = others.every((name) => String(layouts.get(name)) === String(layout));
    if ((layout || others.some((name) => layouts.has(name))) && node.op !== 'dense') {
      const isKept = KEEPS_PLACES.includes(node.op) || (node.op === 'add' && isSame);
      if (!layout || !isKept) throw new InvalidNetworkError(`${node.name} reads a map place by place`);
      layouts.set(node.name, layout);
    }
  }
  return layouts;
}

/** Weights of one value a place, of a BatchNorm over a map that is a list. */
function turnedValues({ shape, values }: Weight, [height = 0, width = 0, channels = 0]: Shape): Weight {
  return { shape, values: turnedRows({ shape: [height, width, channels], values }).values };
}
