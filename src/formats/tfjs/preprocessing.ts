/** Preprocessing as the 1×1 convolution that a file carries it in, and back. */

import {
  type NetworkNode,
  type Preprocessing,
  type Weight,
  type Weights,
  weightKey,
} from '../../network/network.ts';
import { NO_PADDING } from '../../network/nodeBuilders.ts';
import { isSamePadding } from './kerasPadding.ts';
import type { NamedTensor } from './weights.ts';

export const PREPROCESSING_LAYER = 'preprocessing';

const KERNEL = weightKey(PREPROCESSING_LAYER, 'kernel');
const BIAS = weightKey(PREPROCESSING_LAYER, 'bias');

/** Weights of the 1×1 convolution: our matrix is output by input channel, a kernel `[1, 1, input, output]`. */
export function toPixelTensors({ matrix, bias }: Preprocessing): readonly NamedTensor[] {
  return [
    // By it a file is known again as one over a backbone that is here.
    { name: KERNEL, shape: [1, 1, 3, 3], values: Float32Array.from(transposed(matrix)), isExact: true },
    { name: BIAS, shape: [3], values: Float32Array.from(bias) },
  ];
}

/**
 * Takes our own 1×1 convolution over the pixels back into the input node, where it came from. A network that does
 * not begin with one stays as it is.
 */
export function foldPreprocessing(
  nodes: readonly NetworkNode[],
  weights: Readonly<Record<string, Weight>>,
): { readonly nodes: readonly NetworkNode[]; readonly weights: Weights } {
  const [input, first, ...rest] = nodes;
  const { [KERNEL]: kernel, [BIAS]: bias, ...others } = weights;
  const isOurs =
    input?.op === 'input' &&
    first?.op === 'conv2d' &&
    first.name === PREPROCESSING_LAYER &&
    first.inputs[0] === input.name &&
    first.strides.join() === '1,1' &&
    isSamePadding(first.padding, NO_PADDING) &&
    kernel?.shape.join() === '1,1,3,3' &&
    bias !== undefined &&
    rest.length > 0 &&
    !rest.some((node) => node.inputs.includes(input.name));
  if (!isOurs) return { nodes, weights };
  return {
    nodes: [
      { ...input, preprocessing: { matrix: transposed(kernel.values), bias: [...bias.values] } },
      ...rest.map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => (name === PREPROCESSING_LAYER ? input.name : name)),
      })),
    ],
    weights: others,
  };
}

/** Of 3×3 numbers, row-major. */
function transposed(matrix: ArrayLike<number>): readonly number[] {
  return Array.from({ length: 9 }, (_, i) => matrix[3 * (i % 3) + Math.floor(i / 3)] ?? 0);
}
