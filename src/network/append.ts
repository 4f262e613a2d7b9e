/** A trained model is its backbone with a head on top; classifying and exporting want them as one network. */

import { type Network, type NetworkNode, outputNode, type Weight } from './network.ts';
import { InvalidNetworkError, inferShapes, isSameShape } from './shapes.ts';

/**
 * One network that runs `backbone` and then `head`. The head's input node goes; what read it reads the backbone's
 * output. Head nodes keep their names unless one is taken; then all get the same prefix (`head_`, `head_2_`, …).
 * Weights are shared with the two, not copied.
 * @throws InvalidNetworkError if the head's input shape is not the backbone's output shape, or it preprocesses
 */
export function appendHead(backbone: Network, head: Network): Network {
  const [headInput, ...headNodes] = head.nodes;
  if (headInput?.op !== 'input') throw new InvalidNetworkError('a head begins with its input');
  const joint = outputNode(backbone).name;
  const features = inferShapes(backbone.nodes).get(joint) ?? [];
  if (!isSameShape(features, headInput.shape) || headInput.preprocessing !== null) {
    throw new InvalidNetworkError(`a head for [${headInput.shape}] does not fit [${features}]`);
  }
  const prefix = freePrefix(backbone.nodes, headNodes);
  const rename = (name: string) => (name === headInput.name ? joint : prefix + name);
  const weights: Record<string, Weight> = { ...backbone.weights };
  for (const [key, weight] of Object.entries(head.weights)) weights[prefix + key] = weight;
  return {
    name: head.name,
    nodes: [
      ...backbone.nodes,
      ...headNodes.map((node) => ({ ...node, name: rename(node.name), inputs: node.inputs.map(rename) })),
    ],
    weights,
  };
}

/** The shortest prefix that keeps every head node apart from the backbone's. */
function freePrefix(backbone: readonly NetworkNode[], head: readonly NetworkNode[]): string {
  const taken = new Set(backbone.map((node) => node.name));
  for (let attempt = 0; ; attempt++) {
    const prefix = attempt === 0 ? '' : attempt === 1 ? 'head_' : `head_${attempt}_`;
    if (head.every((node) => !taken.has(prefix + node.name))) return prefix;
  }
}
