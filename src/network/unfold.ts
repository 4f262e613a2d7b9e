/** A BatchNorm that was folded can learn once it is a node of its own again. */
import { foldable } from './fold.ts';
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

/** A filter whose BatchNorm made less than this of it has no digits left from which it could be had again. */
const LEAST_SCALE = 1e-6;

/**
 * `foldBatchNorm` the other way round, of any part of a folded network: each convolution whose BatchNorm is known gets it back, as a
 * node of its own. Whatever the convolutions have learned meanwhile, the network computes what it did before.
 * @param published the nodes of the network before it was folded
 * @param norms as `foldedNorms` gives them
 */
export function unfoldBatchNorm(part: Network, published: readonly NetworkNode[], norms: Weights): Network {
  const present = new Set(part.nodes.map(({ name }) => name));
  const byConv = new Map(
    foldable(published)
      .filter(({ norm }) => !present.has(norm.name) && weightKey(norm.name, 'gamma') in norms)
      .map(({ conv, norm }) => [conv.name, norm]),
  );
  const weights: Record<string, Weight> = { ...part.weights };
  const readInstead = new Map<string, string>();
  const nodes = part.nodes.flatMap((node): NetworkNode[] => {
    const inputs = node.inputs.map((name) => readInstead.get(name) ?? name);
    const moved = { ...node, inputs } as NetworkNode;
    const norm = byConv.get(node.name);
    if (moved.op !== 'conv2d' || !moved.useBias || !norm) return [moved];
    Object.assign(weights, unfoldedWeights(part, moved, norm, norms));
    delete weights[weightKey(node.name, 'bias')];
    readInstead.set(node.name, norm.name);
    return [{ ...moved, useBias: false }, norm];
  });
  return { ...part, nodes, weights };
}

function unfoldedWeights(
  part: Network,
  conv: Conv2dNode,
  norm: BatchNormNode,
  norms: Weights,
): Record<string, Weight> {
  const kernel = getWeight(part, conv.name, 'kernel');
  const bias = getWeight(part, conv.name, 'bias');
  const [gamma, movingMean, movingVariance] = ['gamma', 'movingMean', 'movingVariance'].map((kind) =>
    getWeight({ ...part, weights: norms }, norm.name, kind),
  ) as [Weight, Weight, Weight];
  const published = Float64Array.from(
    gamma.values,
    (g, c) => g / Math.sqrt((movingVariance.values[c] ?? 0) + norm.epsilon),
  );
  const isKnown = (c: number) => Math.abs(published[c] ?? 0) >= LEAST_SCALE;
  // The filter of such a channel stays as it was folded: then its BatchNorm begins as one that does nothing.
  const scale = published.map((value, c) => (isKnown(c) ? value : 1));
  const scaled = (weight: Weight, power: 1 | 2) =>
    weight.values.map((value, c) => (isKnown(c) ? value : value * (published[c] ?? 0) ** power));
  const [mean, variance] = [scaled(movingMean, 1), scaled(movingVariance, 2)];
  const channels = conv.filters;
  const ofNorm = (kind: string, values: Float32Array<ArrayBuffer>) => ({
    [weightKey(norm.name, kind)]: { shape: [channels], values },
  });
  return {
    [weightKey(conv.name, 'kernel')]: {
      shape: kernel.shape,
      values: kernel.values.map((w, i) => w / (scale[i % channels] ?? 1)),
    },
    ...ofNorm(
      'gamma',
      variance.map((value, c) => (scale[c] ?? 1) * Math.sqrt(value + norm.epsilon)),
    ),
    ...ofNorm(
      'beta',
      bias.values.map((b, c) => b + (mean[c] ?? 0) * (scale[c] ?? 1)),
    ),
    ...ofNorm('movingMean', mean),
    ...ofNorm('movingVariance', variance),
  };
}
