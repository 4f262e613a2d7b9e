/** What has to be done, and remembered, to train a part of a network that ends in a softmax. */
import { costsOf } from '../../network/cost.ts';
import type { DropoutNode, NetworkNode, SoftmaxNode } from '../../network/network.ts';
import { inferShapes, type Shape, sizeOf } from '../../network/shapes.ts';

const FLOAT_BYTES = 4;

/** A node with the ReLU that was fused into it. */
export interface TrainableStep {
  readonly node: Exclude<NetworkNode, SoftmaxNode>;
  readonly inputs: readonly string[];
  /** Name under which others read its output. */
  readonly output: string;
  readonly activation: 'relu' | 'relu6' | undefined;
  /** Without the batch. */
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** Whether anything that trains lies at or before each input. */
  readonly wantsGradient: readonly boolean[];
  /** What the backward pass reads of the forward pass. */
  readonly keepsInputs: boolean;
  readonly keepsOutput: boolean;
  /** Of a BatchNorm. */
  readonly learnsNorm: boolean;
}

export interface TrainablePlan {
  /** The first is the input, the last gives the logits. */
  readonly steps: readonly TrainableStep[];
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Dropouts, in their order, with how many inputs each has. */
  readonly dropouts: readonly { readonly node: DropoutNode; readonly size: number }[];
  /** Names of the outputs that live until the backward pass. */
  readonly kept: ReadonlySet<string>;
}

/**
 * `frozen`: each BatchNorm is a factor and a summand for each channel, and stays as it is. `learning`: it goes by the
 * mean and variance of the batch, its gamma and beta train, and its moving averages follow.
 */
export type NormMode = 'frozen' | 'learning';

/** Whether the node has weights that train. */
function isTrainable(node: NetworkNode, norms: NormMode): boolean {
  return isFusible(node) || (node.op === 'batchNorm' && norms === 'learning');
}

function isFusible(node: NetworkNode): boolean {
  return node.op === 'conv2d' || node.op === 'dense';
}

/** What the backward pass of nodes without weights reads. */
const READS_INPUTS: ReadonlySet<NetworkNode['op']> = new Set(['maxPool', 'globalMaxPool', 'activation']);
const READS_OUTPUT: ReadonlySet<NetworkNode['op']> = new Set(['relu', 'maxPool', 'globalMaxPool']);

/** Each ReLU that can be part of the node that it alone reads: name of that node → the ReLU. */
function toFusions(nodes: readonly NetworkNode[]): ReadonlyMap<string, { name: string; relu6: boolean }> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const input of nodes.flatMap((node) => node.inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  const fusions = new Map<string, { name: string; relu6: boolean }>();
  for (const node of nodes) {
    const before = byName.get(node.inputs[0] ?? '');
    if (node.op !== 'relu' || !before || !isFusible(before) || readers.get(before.name) !== 1) continue;
    if (node.maxValue !== null && node.maxValue !== 6) continue;
    fusions.set(before.name, { name: node.name, relu6: node.maxValue === 6 });
  }
  return fusions;
}

/**
 * @throws InvalidNetworkError as `inferShapes`; Error unless the only softmax is the last node, as the loss is written
 * for logits
 */
export function planTrainable(nodes: readonly NetworkNode[], norms: NormMode = 'frozen'): TrainablePlan {
  const shapes = inferShapes(nodes);
  const last = nodes.at(-1);
  if (last?.op !== 'softmax') throw new Error('a network that trains ends in a softmax');
  const fusions = toFusions(nodes);
  const fused = new Set([...fusions.values()].map(({ name }) => name));
  const shapeOf = (name: string) => shapes.get(name) ?? [];
  const trains = new Set<string>();
  const steps = nodes.slice(0, -1).flatMap((node): TrainableStep[] => {
    if (node.op === 'softmax') throw new Error(`${node.name} is not the last node`);
    if (fused.has(node.name)) return [];
    const fusion = fusions.get(node.name);
    const output = fusion?.name ?? node.name;
    const wantsGradient = node.inputs.map((name) => trains.has(name));
    const trainsItself = isTrainable(node, norms);
    const hasBackward = trainsItself || wantsGradient.includes(true);
    if (hasBackward) trains.add(output);
    return [
      {
        node,
        inputs: node.inputs,
        output,
        activation: fusion && (fusion.relu6 ? 'relu6' : 'relu'),
        inputShapes: node.inputs.map(shapeOf),
        outputShape: shapeOf(output),
        wantsGradient,
        keepsInputs: hasBackward && (trainsItself || READS_INPUTS.has(node.op)),
        keepsOutput: hasBackward && (fusion !== undefined || READS_OUTPUT.has(node.op)),
        learnsNorm: trainsItself && node.op === 'batchNorm',
      },
    ];
  });
  const kept = steps.flatMap(({ inputs, output, keepsInputs, keepsOutput }) => [
    ...(keepsInputs ? inputs : []),
    ...(keepsOutput ? [output] : []),
  ]);
  const dropouts = steps.flatMap(({ node, inputShapes }) =>
    node.op === 'dropout' && node.rate > 0 ? [{ node, size: sizeOf(inputShapes[0] ?? []) }] : [],
  );
  return { steps, shapes, dropouts, kept: new Set(kept) };
}

/**
 * Bytes of what the backward pass needs of the forward pass, for one picture: to be multiplied by the pictures of a
 * micro-batch. @throws as `planTrainable`
 */
export function trainableBytesPerPicture(nodes: readonly NetworkNode[], norms: NormMode = 'frozen'): number {
  const { shapes, kept, dropouts } = planTrainable(nodes, norms);
  const maps = [...kept].reduce((sum, name) => sum + sizeOf(shapes.get(name) ?? []), 0);
  return (maps + dropouts.reduce((sum, { size }) => sum + size, 0)) * FLOAT_BYTES;
}

/** How many numbers train. @throws InvalidNetworkError as `inferShapes` */
export function trainableCount(nodes: readonly NetworkNode[], norms: NormMode = 'frozen'): number {
  return costsOf(nodes).reduce(
    (sum, { parameters }, index) =>
      isTrainable(nodes[index] as NetworkNode, norms) ? sum + parameters : sum,
    0,
  );
}
