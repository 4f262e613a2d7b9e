/** Merges what one pass over memory can do: a convolution or a BatchNorm, the sum with the residual behind it, and the ReLU. */
import { cutAfter } from '../../../../network/cut.ts';
import { type NetworkNode, outputNode } from '../../../../network/network.ts';
import { NO_PADDING } from '../../../../network/nodeBuilders.ts';

/** Bounds of a ReLU: a result is never lower nor higher. */
export interface Bounds {
  readonly lowest: number;
  readonly highest: number;
}

export const UNBOUNDED: Bounds = { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };

/** A dense layer is a convolution over a map of one pixel, and dropout does nothing here. */
export type CoveredNode = Exclude<NetworkNode, { op: 'dense' | 'dropout' }>;

/** What the engine does in one go. */
export interface Unit {
  /** The first of the merged nodes. */
  readonly node: CoveredNode;
  /** Outputs of other units that it reads, without the residual. */
  readonly inputs: readonly string[];
  /** Output of another unit that is added to a convolution's result. */
  readonly residual: string | null;
  readonly bounds: Bounds;
  /** Name of the last of the merged nodes. */
  readonly output: string;
}

/** The engine has no kernel for a node of this network. */
export class UncoveredNodeError extends Error {
  override readonly name = 'UncoveredNodeError';
  readonly nodeName: string;
  constructor({ name, op }: NetworkNode) {
    super(`there is no kernel for ${op}`);
    this.nodeName = name;
  }
}

function readersOf(nodes: readonly NetworkNode[]): ReadonlyMap<string, readonly NetworkNode[]> {
  const readers = new Map<string, NetworkNode[]>();
  for (const node of nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  return readers;
}

/** Leaves out what does nothing when a network only runs, and makes convolutions of dense layers. */
function toCovered(nodes: readonly NetworkNode[]): CoveredNode[] {
  const alias = new Map<string, string>();
  const covered: CoveredNode[] = [];
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => alias.get(name) ?? name);
    const { name } = node;
    if (node.op === 'dropout') alias.set(name, inputs[0] ?? '');
    else if (node.op === 'dense') {
      const { units: filters, useBias } = node;
      const onePixel = { kernelSize: [1, 1], strides: [1, 1], padding: NO_PADDING, groups: 1 } as const;
      covered.push({ op: 'conv2d', name, inputs, filters, useBias, ...onePixel });
    } else covered.push({ ...node, inputs });
  }
  return covered;
}

/** Without what leads nowhere, the last unit gives the result. */
function onlyNeeded(nodes: readonly NetworkNode[]): readonly NetworkNode[] {
  const network = { name: '', nodes, weights: {} };
  return cutAfter(network, outputNode(network).name).nodes;
}

const TAKES_RELU: readonly NetworkNode['op'][] = ['conv2d', 'add', 'batchNorm'];

/** The units of a network in the order in which they run; the last one gives the network's output. */
export function fuse(network: readonly NetworkNode[]): Unit[] {
  const nodes = toCovered(onlyNeeded(network));
  const readers = readersOf(nodes);
  const onlyReader = (name: string) => {
    const all = readers.get(name) ?? [];
    return all.length === 1 ? all[0] : undefined;
  };
  const done = new Set<string>();
  const units: Unit[] = [];
  for (const node of nodes) {
    if (done.has(node.name)) continue;
    let last: NetworkNode = node;
    let residual: string | null = null;
    let bounds = UNBOUNDED;
    if (node.op === 'conv2d') {
      const sum = onlyReader(node.name);
      const other = sum?.inputs.find((name) => name !== node.name);
      if (sum?.op === 'add' && sum.inputs.length === 2 && other !== undefined && done.has(other)) {
        residual = other;
        last = sum;
      }
    }
    const next = onlyReader(last.name);
    if (node.op === 'relu') bounds = boundsOf(node.maxValue);
    else if (TAKES_RELU.includes(node.op) && next?.op === 'relu') {
      bounds = boundsOf(next.maxValue);
      last = next;
    }
    done.add(last.name);
    if (residual !== null) done.add(onlyReader(node.name)?.name ?? '');
    units.push({ node, inputs: node.inputs, residual, bounds, output: last.name });
  }
  return units;
}

function boundsOf(maxValue: number | null): Bounds {
  return { lowest: 0, highest: maxValue ?? Number.POSITIVE_INFINITY };
}
