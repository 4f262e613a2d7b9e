/** Frozen BatchNorm costs nothing once it is part of the convolution before it. */
import {
  type BatchNormNode,
  type Conv2dNode,
  getWeight,
  type Network,
  type NetworkNode,
  type Weight,
  weightKey,
} from './network.ts';

/**
 * Removes each BatchNorm that follows a convolution and nothing else reads:
 * `w' = w·γ/√(σ²+ε)`, `b' = β + (b−μ)·γ/√(σ²+ε)`, computed in double precision.
 * Source: Ioffe & Szegedy, "Batch Normalization", 2015, section 3.1 (inference).
 */
export function foldBatchNorm(network: Network): Network {
  const readers = new Map<string, number>();
  for (const node of network.nodes) {
    for (const input of node.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const byName = new Map(network.nodes.map((node) => [node.name, node]));
  const weights: Record<string, Weight> = { ...network.weights };
  /** BatchNorm name → name of the convolution that now gives its output. */
  const replaced = new Map<string, string>();
  const withBias = new Set<string>();

  for (const node of network.nodes) {
    if (node.op !== 'batchNorm') continue;
    const before = byName.get(node.inputs[0] ?? '');
    if (before?.op !== 'conv2d' || readers.get(before.name) !== 1) continue;
    Object.assign(weights, foldedWeights(network, before, node));
    for (const kind of ['gamma', 'beta', 'movingMean', 'movingVariance'])
      delete weights[weightKey(node.name, kind)];
    replaced.set(node.name, before.name);
    withBias.add(before.name);
  }

  const nodes = network.nodes
    .filter((node) => !replaced.has(node.name))
    .map((node): NetworkNode => {
      const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
      const bias = node.op === 'conv2d' && withBias.has(node.name) ? { useBias: true } : {};
      return { ...node, inputs, ...bias } as NetworkNode;
    });
  return { ...network, nodes, weights };
}

function foldedWeights(network: Network, conv: Conv2dNode, norm: BatchNormNode): Record<string, Weight> {
  const kernel = getWeight(network, conv.name, 'kernel');
  const bias = conv.useBias ? getWeight(network, conv.name, 'bias').values : null;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(
    (kind) => getWeight(network, norm.name, kind).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const channels = conv.filters;
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt((variance[c] ?? 0) + norm.epsilon));
  // Filters are the last axis of a kernel, so the flat index tells the channel.
  const values = kernel.values.map((w, i) => w * (scale[i % channels] ?? 0));
  const shift = Float32Array.from(scale, (s, c) => (beta[c] ?? 0) + ((bias?.[c] ?? 0) - (mean[c] ?? 0)) * s);
  return {
    [weightKey(conv.name, 'kernel')]: { shape: kernel.shape, values },
    [weightKey(conv.name, 'bias')]: { shape: [channels], values: shift },
  };
}
