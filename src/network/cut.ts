/** Cuts a network in two at a node: what runs once before it, what trains after it. */

import { findNode, type InputNode, type Network, type NetworkNode, type Weights } from './network.ts';
import { featureInput } from './nodeBuilders.ts';

/** Weights of these nodes only. */
export function weightsOf(nodes: readonly NetworkNode[], weights: Weights): Weights {
  const names = new Set(nodes.map((node) => node.name));
  return Object.fromEntries(
    Object.entries(weights).filter(([key]) => names.has(key.slice(0, key.lastIndexOf('/')))),
  );
}

/** The part up to and including `nodeName`; nodes it does not need are left out. */
export function cutAfter(network: Network, nodeName: string): Network {
  const needed = new Set([findNode(network.nodes, nodeName).name]);
  for (const node of [...network.nodes].reverse()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
  }
  const nodes = network.nodes.filter((node) => needed.has(node.name));
  return { name: network.name, nodes, weights: weightsOf(nodes, network.weights) };
}

/**
 * The part behind `nodeName`, whose output becomes the input of the new network.
 * @param shape of that output for one example, without the batch.
 * @throws Error if a later node reads from before the cut: such a place is no cut.
 */
export function cutBefore(network: Network, nodeName: string, shape: readonly number[]): Network {
  const start = network.nodes.indexOf(findNode(network.nodes, nodeName));
  const input: InputNode = { ...featureInput(nodeName, 0), shape };
  const nodes: NetworkNode[] = [input, ...network.nodes.slice(start + 1)];
  const known = new Set(nodes.map((node) => node.name));
  for (const node of nodes) {
    const outside = node.inputs.find((name) => !known.has(name));
    if (outside) throw new Error(`${node.name} reads ${outside}, which lies before the cut at ${nodeName}`);
  }
  return { name: network.name, nodes, weights: weightsOf(nodes, network.weights) };
}
