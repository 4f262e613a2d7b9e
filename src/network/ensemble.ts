/** Several networks over the same input as one: their probabilities, weighed and added. */
import {
  type DenseNode,
  getWeight,
  type Network,
  type NetworkNode,
  outputNode,
  type Weight,
  weightKey,
} from './network.ts';
import { InvalidNetworkError, inferShapes, isSameShape } from './shapes.ts';

export interface EnsembleMember {
  /** Begins with the shared input, ends in the probabilities of its classes. */
  readonly network: Network;
  /** 0–1; those of all members add up to 1. */
  readonly weight: number;
  /** For each class of the whole, which output of this network it is. */
  readonly outputOf: readonly number[];
}

const INPUTS = 'members';
const OUTPUT = 'ensemble';

function renamed(network: Network, prefix: string, joint: string): Network {
  const [input, ...nodes] = network.nodes;
  const rename = (name: string) => (name === input?.name ? joint : prefix + name);
  const weights: Record<string, Weight> = {};
  for (const [key, weight] of Object.entries(network.weights)) weights[prefix + key] = weight;
  return {
    name: network.name,
    nodes: nodes.map(
      (node): NetworkNode => ({
        ...node,
        name: rename(node.name),
        inputs: node.inputs.map(rename),
      }),
    ),
    weights,
  };
}

/**
 * One network whose outputs are `Σ weight · probability` over its members. The sum is a dense layer with fixed weights, so
 * that every file format can carry it.
 * @throws InvalidNetworkError if the members do not read the same input, or there are none
 */
export function joinMembers(name: string, members: readonly EnsembleMember[]): Network {
  const [first] = members;
  const input = first?.network.nodes[0];
  if (!first || input?.op !== 'input') throw new InvalidNetworkError('an ensemble of nothing');
  const classCount = first.outputOf.length;
  const parts = members.map(({ network }, index) => {
    const own = network.nodes[0];
    if (own?.op !== 'input' || own.name !== input.name || !isSameShape(own.shape, input.shape))
      throw new InvalidNetworkError(`${network.name} reads something else than ${first.network.name}`);
    return renamed(network, `m${index + 1}_`, input.name);
  });
  const outputs = parts.map((part) => outputNode(part).name);
  const shapes = inferShapes([input, ...parts.flatMap(({ nodes }) => nodes)]);
  const sizes = outputs.map((output) => shapes.get(output)?.[0] ?? 0);
  const values = new Float32Array(sizes.reduce((sum, size) => sum + size, 0) * classCount);
  let from = 0;
  members.forEach(({ weight, outputOf }, index) => {
    outputOf.forEach((output, classIndex) => {
      values[(from + output) * classCount + classIndex] = weight;
    });
    from += sizes[index] ?? 0;
  });
  // One map alone is no concatenation.
  const [only] = outputs;
  const joined = outputs.length === 1 && only ? only : INPUTS;
  return {
    name,
    nodes: [
      input,
      ...parts.flatMap(({ nodes }) => nodes),
      ...(joined === INPUTS ? [{ op: 'concat' as const, name: INPUTS, inputs: outputs }] : []),
      { op: 'dense', name: OUTPUT, inputs: [joined], units: classCount, useBias: false },
    ],
    weights: {
      ...Object.assign({}, ...parts.map(({ weights }) => weights)),
      [weightKey(OUTPUT, 'kernel')]: { shape: [values.length / classCount, classCount], values },
    },
  };
}

/** Weights come out of float32, and out of files that round. */
const SUM_TOLERANCE = 1e-3;

/** What each output of a node weighs in the whole, where they are weighed as `joinMembers` does; else null. */
function fixedWeights(network: Network, node: DenseNode): readonly number[] | null {
  const { values } = getWeight(network, node.name, 'kernel');
  if (node.useBias || !values.every((value) => value >= 0)) return null;
  return Array.from({ length: values.length / node.units }, (_, row) =>
    values.subarray(row * node.units, (row + 1) * node.units).reduce((sum, value) => sum + value, 0),
  );
}

/**
 * Whether the outputs of a network are probabilities, whatever the picture: those of a softmax, or of several weighed so
 * that all of them together count 1. Each node is looked at once: a file may bring thousands that read each other.
 */
export function givesProbabilities(network: Network): boolean {
  const shapes = inferShapes(network.nodes);
  const byName = new Map(network.nodes.map((node) => [node.name, node]));
  const known = new Set<string>();
  for (const node of network.nodes) {
    if (node.op === 'softmax') known.add(node.name);
    if (node.op !== 'dense') continue;
    const before = byName.get(node.inputs[0] ?? '');
    const voices = before?.op === 'concat' ? before.inputs : [before?.name ?? ''];
    if (!voices.every((voice) => known.has(voice))) continue;
    const sizes = voices.map((voice) => shapes.get(voice)?.[0] ?? 0);
    if (countsOne(fixedWeights(network, node), sizes)) known.add(node.name);
  }
  return known.has(outputNode(network).name);
}

/** Whether each voice weighs the same whatever it says, and all of them together 1. */
function countsOne(weights: readonly number[] | null, sizes: readonly number[]): boolean {
  if (!weights) return false;
  let from = 0;
  let total = 0;
  for (const size of sizes) {
    const own = weights.slice(from, from + size);
    from += size;
    const [weight = 0] = own;
    // Otherwise what they add up to would hang on the picture.
    if (own.some((value) => Math.abs(value - weight) > SUM_TOLERANCE)) return false;
    total += weight;
  }
  return Math.abs(total - 1) <= SUM_TOLERANCE;
}
