/** The network of src/testing/fixtures/weights/, as ours, and the formula of its numbers; see tools/fixtures/weights.py. */
import type { NetworkNode } from '../../network/network.ts';
import { batchNorm, conv, dense, imageInput, padAll, relu } from '../../network/nodeBuilders.ts';

const SIZE_PX = 6;
/** Not PyTorch's. */
const EPSILON = 1e-3;

const AS_IS = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };

/** What PyTorch was given, `[6, 6, 3]`. */
export const TINY_PICTURE = {
  shape: [SIZE_PX, SIZE_PX, 3],
  values: Float64Array.from({ length: SIZE_PX * SIZE_PX * 3 }, (_, i) => ((i * 11) % 29) / 16 - 1),
};

/** Named as the modules of PyTorch. */
export const TINY_TORCH_NODES: readonly NetworkNode[] = [
  imageInput('input', SIZE_PX, AS_IS),
  conv('conv1', 'input', 4, 3, { stride: 2, padding: padAll(1), useBias: false }),
  batchNorm('bn1', 'conv1', EPSILON),
  relu('relu', 'bn1'),
  conv('layer1.0.conv1', 'relu', 8, 3, { padding: padAll(1), groups: 2 }),
  conv('layer1.0.conv2', 'layer1.0.conv1', 8, 3, { padding: padAll(1), groups: 8, useBias: false }),
  { op: 'flatten', name: 'flat', inputs: ['layer1.0.conv2'] },
  dense('hidden', 'flat', 3),
  dense('fc', 'hidden', 2),
];

/** The numbers of weight `index`, in the order of the source. */
export function tinyValues(count: number, index: number, isVariance: boolean): number[] {
  return Array.from({ length: count }, (_, i) => {
    const value = (((i * 7 + index * 13) % 61) - 30) / 64;
    return isVariance ? Math.abs(value) + 0.5 : value;
  });
}
