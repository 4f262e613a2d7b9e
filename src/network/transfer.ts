/** What a head has learned, carried over to another list of classes, so that training can go on from a model. */
import { glorotUniform } from './init.ts';
import { type DenseNode, findNode, getWeight, type Network, outputNode, weightKey } from './network.ts';
import { InvalidNetworkError } from './shapes.ts';

/**
 * The network with one output a class of `toClasses`: those that it knows by name keep their weights, new ones get
 * fresh ones (Glorot uniform, zero bias), dropped ones go. Everything before the last dense layer stays as it is,
 * its weights shared, not copied; so does dropout.
 * @param from ends in a dense layer, with or without a softmax: a head, or a head on top of more
 * @param fromClasses of its outputs, in their order
 * @param random uniform in [0, 1); as many numbers are drawn whatever is kept
 * @throws InvalidNetworkError if it does not end so, or has not as many outputs as `fromClasses`
 */
export function transferHead(
  from: Network,
  fromClasses: readonly string[],
  toClasses: readonly string[],
  random: () => number,
): Network {
  const last = lastDense(from);
  if (last.units !== fromClasses.length || toClasses.length === 0) {
    throw new InvalidNetworkError(
      `${last.name} has ${last.units} units for ${fromClasses.length} classes; ${toClasses.length} are wanted`,
    );
  }
  const units = toClasses.length;
  const known = toClasses.map((name) => fromClasses.indexOf(name));
  const kernel = getWeight(from, last.name, 'kernel');
  const inputs = kernel.values.length / last.units;
  const values = glorotUniform(inputs, units, random);
  known.forEach((column, unit) => {
    if (column < 0) return;
    for (let input = 0; input < inputs; input++) {
      values[input * units + unit] = kernel.values[input * last.units + column] ?? 0;
    }
  });
  const weights = { ...from.weights, [weightKey(last.name, 'kernel')]: { shape: [inputs, units], values } };
  if (last.useBias) {
    const bias = getWeight(from, last.name, 'bias').values;
    weights[weightKey(last.name, 'bias')] = {
      shape: [units],
      values: Float32Array.from(known, (column) => bias[column] ?? 0),
    };
  }
  return { ...from, nodes: from.nodes.map((node) => (node === last ? { ...last, units } : node)), weights };
}

/** The dense layer that puts out the logits. */
function lastDense({ nodes, ...rest }: Network): DenseNode {
  const output = outputNode({ nodes, ...rest });
  const last = output.op === 'softmax' ? findNode(nodes, output.inputs[0] ?? '') : output;
  if (last.op !== 'dense') throw new InvalidNetworkError(`a head ends in a dense layer, not in ${last.op}`);
  return last;
}
