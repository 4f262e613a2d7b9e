/** The network of src/testing/fixtures/weights/, as ours, and the formula of its numbers; see tools/fixtures/weights.py. */
import type { NetworkNode } from '../../network/network.ts';
import { batchNorm, conv, dense, imageInput, padAll, relu } from '../../network/nodeBuilders.ts';

const SIZE_PX = 6;
/** Neither PyTorch's nor that of the Keras files. */
const EPSILON = 1e-3;

const AS_IS = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };

/** What both programs were given, `[6, 6, 3]`. */
export const TINY_PICTURE = {
  shape: [SIZE_PX, SIZE_PX, 3],
  values: Float64Array.from({ length: SIZE_PX * SIZE_PX * 3 }, (_, i) => ((i * 11) % 29) / 16 - 1),
};

interface TinyNames {
  readonly grouped: string;
  readonly depthwise: string;
}

/** @param perChannel filters of the depthwise convolution for each channel */
function tinyNodes({ grouped, depthwise }: TinyNames, perChannel: number, epsilon = EPSILON): NetworkNode[] {
  return [
    imageInput('input', SIZE_PX, AS_IS),
    conv('conv1', 'input', 4, 3, { stride: 2, padding: padAll(1), useBias: false }),
    batchNorm('bn1', 'conv1', epsilon),
    relu('relu', 'bn1'),
    conv(grouped, 'relu', 8, 3, { padding: padAll(1), groups: 2 }),
    conv(depthwise, grouped, 8 * perChannel, 3, { padding: padAll(1), groups: 8, useBias: false }),
    { op: 'flatten', name: 'flat', inputs: [depthwise] },
    dense('hidden', 'flat', 3),
    dense('fc', 'hidden', 2),
  ];
}

/** Named as the modules of PyTorch. */
export const TINY_TORCH_NODES = tinyNodes({ grouped: 'layer1.0.conv1', depthwise: 'layer1.0.conv2' }, 1);
const KERAS_LAYERS = { grouped: 'grouped', depthwise: 'depthwise' };
/** Named as the layers of Keras. */
export const TINY_KERAS_NODES = tinyNodes(KERAS_LAYERS, 2);
/** With the epsilon of the Keras files, for one that does not say it. */
export const TINY_KERAS_NODES_AS_TRAINED = tinyNodes(KERAS_LAYERS, 2, 1e-4);

/** The numbers of weight `index`, in the order of the source. */
export function tinyValues(count: number, index: number, isVariance: boolean): number[] {
  return Array.from({ length: count }, (_, i) => {
    const value = (((i * 7 + index * 13) % 61) - 30) / 64;
    return isVariance ? Math.abs(value) + 0.5 : value;
  });
}
