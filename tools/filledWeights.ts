/** Weights that follow from their names alone, so that two programs can be compared on a network without a file of weights. */
import { type Network, type NetworkNode, weightKey } from '../src/network/network.ts';
import { inferShapes, sizeOf, weightShapes } from '../src/network/shapes.ts';

/** Our name of a weight → PyTorch's. */
const TORCH_KINDS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** FNV-1a, 32 bits. */
function hashOf(name: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

/** In [−1, 1): the last step of MurmurHash3 for each place. */
function uniformAt(seed: number, index: number): number {
  let hash = (index + 1 + seed) >>> 0;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) / 2 ** 32) * 2 - 1;
}

/** Place of a value of ours in PyTorch's layout: filters first, then channels, height and width. */
function torchIndex(index: number, shape: readonly number[]): number {
  const outputs = shape.at(-1) ?? 1;
  const inputs = shape.at(-2) ?? 1;
  const taps = sizeOf(shape) / (inputs * outputs);
  const output = index % outputs;
  const input = Math.floor(index / outputs) % inputs;
  const tap = Math.floor(index / (outputs * inputs));
  return (output * inputs + input) * taps + tap;
}

function filled(name: string, kind: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const seed = hashOf(name);
  const values = new Float32Array(sizeOf(shape));
  const isKernel = shape.length > 1;
  const deviation = Math.sqrt(3 / (sizeOf(shape) / (shape.at(-1) ?? 1)));
  for (let index = 0; index < values.length; index++) {
    const u = uniformAt(seed, isKernel ? torchIndex(index, shape) : index);
    if (kind === 'movingVariance') values[index] = 1 + 0.25 * (u + 1);
    else if (kind === 'gamma') values[index] = 1 + 0.1 * u;
    else values[index] = isKernel ? u * deviation : 0.1 * u;
  }
  return values;
}

/** The rule is that of tools/fixtures/rule.py; nodes are named as PyTorch's modules, or as Keras's layers. */
export function withFilledWeights(name: string, nodes: readonly NetworkNode[]): Network {
  const shapes = inferShapes(nodes);
  const weights = nodes.flatMap((node) => {
    const inputs = node.inputs.map((input) => shapes.get(input) ?? []);
    return weightShapes(node, inputs).map(({ kind, shape }) => {
      const torchName = `${node.name}.${TORCH_KINDS[kind] ?? kind}`;
      return [weightKey(node.name, kind), { shape, values: filled(torchName, kind, shape) }] as const;
    });
  });
  return { name, nodes, weights: Object.fromEntries(weights) };
}
