/** The softmax at the end of a classifier: left out where a person wants the numbers before it, and put back in. */
import type { ModelOutput } from '../domain/modelExport.ts';
import { type Network, outputNode } from '../network/network.ts';
import { softmax } from '../network/nodeBuilders.ts';

/** Whether the numbers before the probabilities can be had: what several models have voted for has none. */
export function hasLogits(network: Network): boolean {
  return outputNode(network).op === 'softmax';
}

/** Without the softmax if that is wanted and there is one. Weights are shared. */
export function withOutput(network: Network, output: ModelOutput): Network {
  return output === 'logits' && hasLogits(network)
    ? { ...network, nodes: network.nodes.slice(0, -1) }
    : network;
}

/** With the softmax that a file was written without. */
export function withSoftmax(network: Network): Network {
  const names = new Set(network.nodes.map(({ name }) => name));
  let name = 'probabilities';
  while (names.has(name)) name += '_';
  return { ...network, nodes: [...network.nodes, softmax(name, outputNode(network).name)] };
}
