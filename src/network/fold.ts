/** Frozen BatchNorm costs nothing once it is part of the convolution before it. */
import {
  type BatchNormNode,
  type Conv2dNode,
  getWeight,
  type Network,
  type NetworkNode,
  type Weight,
  type Weights,
  weightKey,
} from './network.ts';

/** Each BatchNorm that a convolution can take in, with that convolution, whose output nothing else reads. */
export function foldable(
  nodes: readonly NetworkNode[],
): readonly { conv: Conv2dNode; norm: BatchNormNode }[] {
  const readers = new Map<string, number>();
  for (const input of nodes.flatMap((node) => node.inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return nodes.flatMap((norm) => {
    const conv = norm.op === 'batchNorm' ? byName.get(norm.inputs[0] ?? '') : undefined;
    return norm.op === 'batchNorm' && conv?.op === 'conv2d' && readers.get(conv.name) === 1
      ? [{ conv, norm }]
      : [];
  });
}

/**
 * Removes each BatchNorm that follows a convolution and nothing else reads:
 * `w' = w·γ/√(σ²+ε)`, `b' = β + (b−μ)·γ/√(σ²+ε)`, computed in double precision.
 * Source: Ioffe & Szegedy, "Batch Normalization", 2015, section 3.1 (inference).
 */
export function foldBatchNorm(network: Network): Network {
  const weights: Record<string, Weight> = { ...network.weights };
  /** BatchNorm name → name of the convolution that now gives its output. */
  const replaced = new Map<string, string>();
  const withBias = new Set<string>();

  for (const { conv, norm } of foldable(network.nodes)) {
    Object.assign(weights, foldedWeights(network, conv, norm));
    for (const kind of ['gamma', 'beta', 'movingMean', 'movingVariance'])
      delete weights[weightKey(norm.name, kind)];
    replaced.set(norm.name, conv.name);
    withBias.add(conv.name);
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

/**
 * What `unfoldBatchNorm` needs of each BatchNorm that `foldBatchNorm` removes: gamma, variance, and the mean of what a
 * convolution without bias gives. Beta is not among it, since it follows from the bias of the folded convolution.
 */
export function foldedNorms(network: Network): Weights {
  const norms: Record<string, Weight> = {};
  for (const { conv, norm } of foldable(network.nodes)) {
    const mean = getWeight(network, norm.name, 'movingMean');
    const bias = conv.useBias ? getWeight(network, conv.name, 'bias').values : null;
    norms[weightKey(norm.name, 'gamma')] = getWeight(network, norm.name, 'gamma');
    norms[weightKey(norm.name, 'movingMean')] = {
      shape: mean.shape,
      values: mean.values.map((value, c) => value - (bias?.[c] ?? 0)),
    };
    norms[weightKey(norm.name, 'movingVariance')] = getWeight(network, norm.name, 'movingVariance');
  }
  return norms;
}
