/** The weights of a network under PyTorch's names and in its order. */
import type { Precision } from '../../domain/modelExport.ts';
import { getWeight, type Network, type NetworkNode, type Weight } from '../../network/network.ts';
import { allocate } from '../../shared/allocate.ts';
import { bytesOf } from '../fileParts.ts';
import { kernelPart, type Turn, toChannelsFirst } from '../weightParts.ts';
import type { SafeTensor } from './safetensorsFile.ts';

const NORM_KINDS = [
  ['gamma', 'weight'],
  ['beta', 'bias'],
  ['movingMean', 'running_mean'],
  ['movingVariance', 'running_var'],
] as const;

/** @param names of the modules @param precision of kernels; `int8` is none of PyTorch's */
export function toStateDict(
  network: Network,
  names: ReadonlyMap<string, string>,
  precision: Precision,
): readonly SafeTensor[] {
  return network.nodes.flatMap((node): readonly SafeTensor[] => {
    const module = names.get(node.name) ?? node.name;
    const plain = (kind: string, name: string) => plainTensor(network, node, kind, `${module}.${name}`);
    switch (node.op) {
      case 'conv2d': {
        const kernel = getWeight(network, node.name, 'kernel');
        const [height = 1, width = 1, inputs = 1, filters = 1] = kernel.shape;
        const shape = [filters, inputs, height, width];
        const weight = kernelTensor(`${module}.weight`, kernel, shape, precision, toChannelsFirst(kernel));
        return [weight, ...(node.useBias ? [plain('bias', 'bias')] : [])];
      }
      case 'dense': {
        const kernel = getWeight(network, node.name, 'kernel');
        const shape = [...kernel.shape].reverse();
        const weight = kernelTensor(`${module}.weight`, kernel, shape, precision, toOutputsFirst(kernel));
        return [weight, ...(node.useBias ? [plain('bias', 'bias')] : [])];
      }
      case 'batchNorm':
        return [
          ...NORM_KINDS.map(([kind, name]) => plain(kind, name)),
          // PyTorch counts its steps, and misses the number where it is not there.
          { name: `${module}.num_batches_tracked`, type: 'int64', shape: [], bytes: new Uint8Array(8) },
        ];
      default:
        return [];
    }
  });
}

function plainTensor(network: Network, node: NetworkNode, kind: string, name: string): SafeTensor {
  const { shape, values } = getWeight(network, node.name, kind);
  return { name, type: 'float32', shape, bytes: bytesOf(values) };
}

function kernelTensor(
  name: string,
  kernel: Weight,
  shape: readonly number[],
  precision: Precision,
  turn: Turn,
): SafeTensor {
  const { type, bytes } = kernelPart(kernel, precision, turn);
  if (type === 'int8') throw new Error('PyTorch has no kernels in int8');
  return { name, type, shape, bytes };
}

/** From `[inFeatures, units]` to `[units, inFeatures]`. */
function toOutputsFirst({ shape }: Pick<Weight, 'shape'>): Turn {
  const [inputs = 1, units = 1] = shape;
  return (values) => {
    const turned = allocate(() => values.slice() as typeof values);
    for (let unit = 0, to = 0; unit < units; unit++) {
      for (let input = 0; input < inputs; input++) turned[to++] = values[input * units + unit] as number;
    }
    return turned;
  };
}
