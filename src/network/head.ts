/** The heads of the tutorials: what is trained on top of frozen features. */
import type { TrainSettings } from '../domain/trainSettings.ts';
import { glorotUniform, heNormal } from './init.ts';
import { type Network, type NetworkNode, type Weight, weightKey } from './network.ts';
import { dense, dropout, featureInput, relu, softmax } from './nodeBuilders.ts';

/** Nodes of a head over `[features]` that puts out the probabilities of `classCount` classes. */
export function buildHeadNodes(
  settings: Pick<TrainSettings, 'head' | 'hiddenUnits' | 'dropout'>,
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

/** A head with fresh weights: He normal before a ReLU, Glorot uniform before the softmax, zero biases. */
export function createHead(nodes: readonly NetworkNode[], random: () => number): Network {
  const weights: Record<string, Weight> = {};
  let width = 0;
  nodes.forEach((node, index) => {
    if (node.op === 'input') width = node.shape[0] ?? 0;
    if (node.op !== 'dense') return;
    const feedsRelu = nodes[index + 1]?.op === 'relu';
    weights[weightKey(node.name, 'kernel')] = {
      shape: [width, node.units],
      values: feedsRelu ? heNormal(width, node.units, random) : glorotUniform(width, node.units, random),
    };
    weights[weightKey(node.name, 'bias')] = { shape: [node.units], values: new Float32Array(node.units) };
    width = node.units;
  });
  return { name: 'head', nodes, weights };
}
