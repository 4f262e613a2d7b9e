/** A network that has learned nothing yet: fresh weights for any list of nodes. */
import { allocateFloats } from '../shared/allocate.ts';
import { glorotUniform, heNormal } from './init.ts';
import { type Network, type NetworkNode, type Weight, weightKey } from './network.ts';
import { inferShapes, type Shape, sizeOf, weightShapes } from './shapes.ts';

/** What each weight of a BatchNorm, and each bias, begins with. */
const CONSTANTS: Readonly<Record<string, number>> = {
  bias: 0,
  gamma: 1,
  beta: 0,
  movingMean: 0,
  movingVariance: 1,
};

/** Names of the nodes whose output is the softmax's, or goes to no ReLU: symmetric weights suit them better. */
function linearDense(nodes: readonly NetworkNode[]): ReadonlySet<string> {
  const rectified = new Set(
    nodes.flatMap((node) => (node.op === 'relu' || node.op === 'activation' ? node.inputs : [])),
  );
  return new Set(
    nodes.filter(({ op, name }) => op === 'dense' && !rectified.has(name)).map(({ name }) => name),
  );
}

/**
 * Convolutions, and dense layers that an activation reads: He normal over what each output reads; other dense layers:
 * Glorot uniform. Biases 0; BatchNorm changes nothing at first.
 * @param random uniform in [0, 1); asked in the order of the nodes
 * @throws InvalidNetworkError as `inferShapes`; AppError `outOfMemory`
 */
export function createFreshNetwork(
  name: string,
  nodes: readonly NetworkNode[],
  random: () => number,
): Network {
  const shapes = inferShapes(nodes);
  const linear = linearDense(nodes);
  const kernelOf = (node: NetworkNode, shape: Shape) => {
    const outputs = shape.at(-1) ?? 1;
    const fanIn = sizeOf(shape) / outputs;
    return linear.has(node.name) ? glorotUniform(fanIn, outputs, random) : heNormal(fanIn, outputs, random);
  };
  const weights: Record<string, Weight> = {};
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => shapes.get(input) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const values =
        kind === 'kernel' ? kernelOf(node, shape) : allocateFloats(sizeOf(shape)).fill(CONSTANTS[kind] ?? 0);
      weights[weightKey(node.name, kind)] = { shape, values };
    }
  }
  return { name, nodes, weights };
}
