/** The heads of the tutorials: what is trained on top of frozen features. */
import { createFreshNetwork } from './freshNetwork.ts';
import type { Network, NetworkNode } from './network.ts';
import { dense, dropout, featureInput, relu, softmax } from './nodeBuilders.ts';

/** What a head is made of. */
export interface HeadSettings {
  /** `mlp`: Dense(hiddenUnits, ReLU) → Dense(classes). `linear`: Dense(classes). */
  readonly head: 'mlp' | 'linear';
  readonly hiddenUnits: number;
  /** Fraction of the last dense layer's inputs that is dropped in training, [0, 1). */
  readonly dropout: number;
}

/** Nodes of a head over `[features]` that puts out the probabilities of `classCount` classes. */
export function buildHeadNodes(
  settings: HeadSettings,
  featureCount: number,
  classCount: number,
): NetworkNode[] {
  const nodes: NetworkNode[] = [featureInput('features', featureCount)];
  let last = 'features';
  const append = (node: NetworkNode) => {
    nodes.push(node);
    last = node.name;
  };
  if (settings.head === 'mlp') {
    append(dense('hidden', last, settings.hiddenUnits));
    append(relu('hidden_relu', last));
  }
  if (settings.dropout > 0) append(dropout('head_dropout', last, settings.dropout));
  append(dense('logits', last, classCount));
  append(softmax('probabilities', last));
  return nodes;
}

/** A head with fresh weights. */
export function createHead(nodes: readonly NetworkNode[], random: () => number): Network {
  return createFreshNetwork('head', nodes, random);
}
