/** Keras pads by a word ('same') or by a layer of zeros; these rules say which of them equals our explicit padding. */
import type { NetworkNode, Padding, Size2 } from '../../network/network.ts';
import type { Shape } from '../../network/shapes.ts';

export function isSamePadding(a: Padding, b: Padding): boolean {
  return a.top === b.top && a.bottom === b.bottom && a.left === b.left && a.right === b.right;
}

/**
 * What `padding: 'same'` means for an input of that shape: output side ⌈side / stride⌉, the odd pixel at the end
 * (TensorFlow API, tf.nn, "Notes on padding").
 * @param input `[height, width, channels]`
 */
export function samePadding(input: Shape, window: Size2, strides: Size2): Padding {
  const [top, bottom] = sameSide(input[0] ?? 0, window[0], strides[0]);
  const [left, right] = sameSide(input[1] ?? 0, window[1], strides[1]);
  return { top, bottom, left, right };
}

/**
 * Names of the nodes whose output is never below zero, whatever the picture. Only there do padded zeros never win
 * a maximum, so that a layer of zeros ahead of max pooling changes nothing.
 */
export function nonNegativeNodes(nodes: readonly NetworkNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) {
    if (node.op === 'relu' || node.op === 'softmax') names.add(node.name);
    else if (KEEPS_SIGN.has(node.op) && node.inputs.every((input) => names.has(input))) names.add(node.name);
  }
  return names;
}

const KEEPS_SIGN: ReadonlySet<NetworkNode['op']> = new Set([
  'maxPool',
  'avgPool',
  'globalAvgPool',
  'add',
  'concat',
  'flatten',
  'dropout',
]);

function sameSide(side: number, window: number, stride: number): Size2 {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + window - side);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
