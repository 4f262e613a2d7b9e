/** What a network takes: numbers that are learned, multiplications for a picture, numbers that its outputs hold. */
import type { NetworkNode } from './network.ts';
import { inferShapes, type Shape, sizeOf, weightShapes } from './shapes.ts';

export interface NodeCost {
  readonly name: string;
  /** Learned numbers; a BatchNorm's moving averages are none. */
  readonly parameters: number;
  /** Multiplications for one picture. */
  readonly multiplyAdds: number;
  /** Numbers of its output for one picture. */
  readonly outputValues: number;
}

/** Of each node, in their order. @throws InvalidNetworkError as `inferShapes` */
export function costsOf(nodes: readonly NetworkNode[]): readonly NodeCost[] {
  const shapes = inferShapes(nodes);
  return nodes.map((node) => {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    const output = shapes.get(node.name) ?? [];
    return {
      name: node.name,
      parameters: weightShapes(node, inputs)
        .filter(({ kind }) => !kind.startsWith('moving'))
        .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      multiplyAdds: multiplyAddsOf(node, inputs[0] ?? [], output),
      outputValues: sizeOf(output),
    };
  });
}

/** Learned numbers of all nodes. @throws InvalidNetworkError as `inferShapes` */
export function parametersOf(nodes: readonly NetworkNode[]): number {
  return costsOf(nodes).reduce((sum, { parameters }) => sum + parameters, 0);
}

/** Of one node for one picture; one for each number that is read where nothing is multiplied. */
function multiplyAddsOf(node: NetworkNode, input: Shape, output: Shape): number {
  const channels = input.at(-1) ?? 0;
  if (node.op === 'conv2d') {
    return (sizeOf(output) * node.kernelSize[0] * node.kernelSize[1] * channels) / node.groups;
  }
  if (node.op === 'maxPool' || node.op === 'avgPool') {
    return sizeOf(output) * node.poolSize[0] * node.poolSize[1];
  }
  return node.op === 'dense' ? sizeOf(output) * channels : sizeOf(output);
}
