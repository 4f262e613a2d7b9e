/**
 * The integer arithmetic in double precision, node by node and without merging any: what the engine is held to. Which
 * numbers are rounded depends on the order of the nodes, so that this is the engine's.
 */
import { averageFirst } from '../../compute/runtimes/wasm/inference/reorder.ts';
import {
  type Conv2dNode,
  type DenseNode,
  getWeight,
  type Network,
  type NetworkNode,
  weightKey,
} from '../../network/network.ts';
import { ACTIVATION_LEVELS, type ActivationRanges, quantiseKernel } from '../../network/quantise.ts';
import { type Plain, runReference } from '../../network/reference.ts';

/**
 * What a convolution reads.
 * @param exact `y · 127 / r + ½` of its whole input, not yet rounded down
 * @returns whole numbers of 0–127
 */
export type ToCodes = (reader: Conv2dNode | DenseNode, exact: Float64Array) => Uint8Array;

export function roundDown(value: number): number {
  return Math.min(Math.max(Math.floor(value), 0), ACTIVATION_LEVELS);
}

const roundAll: ToCodes = (_, exact) => Uint8Array.from(exact, roundDown);

/** One node on its own, by the loops of `runReference`. */
function runNode(node: NetworkNode, input: Plain, weights: Network['weights']): Plain {
  const before: NetworkNode = {
    op: 'input',
    name: 'before',
    inputs: [],
    shape: input.shape,
    preprocessing: null,
  };
  return runReference({ name: 'one', nodes: [before, { ...node, inputs: ['before'] }], weights }, input);
}

/** The kernel's integers and the codes are exact in double precision, and so is their sum. */
function integerProducts(
  network: Network,
  node: Conv2dNode | DenseNode,
  { shape, values }: Plain,
  ranges: readonly number[],
  toCodes: ToCodes,
): Plain {
  const channels = shape.at(-1) ?? 1;
  const rangeOf = (i: number) => ranges[ranges.length === 1 ? 0 : i % channels] ?? Number.NaN;
  const exact = values.map((value, i) => (value * ACTIVATION_LEVELS) / rangeOf(i) + 0.5);
  const codes: Plain = { shape, values: Float64Array.from(toCodes(node, exact)) };
  const kernel = getWeight(network, node.name, 'kernel');
  const isDense = node.op === 'dense';
  const asConv = isDense ? { ...kernel, shape: [1, 1, ...kernel.shape] } : kernel;
  const quantised = quantiseKernel(asConv, ranges, isDense ? 1 : node.groups);
  const integers = { shape: kernel.shape, values: Float32Array.from(quantised.values) };
  const sums = runNode({ ...node, useBias: false }, codes, { [weightKey(node.name, 'kernel')]: integers });
  const bias = node.useBias ? getWeight(network, node.name, 'bias').values : null;
  return {
    shape: sums.shape,
    values: sums.values.map((sum, i) => {
      const filter = i % quantised.scales.length;
      return sum * (quantised.scales[filter] ?? Number.NaN) + (bias?.[filter] ?? 0);
    }),
  };
}

/** One range a channel, or one for all, where an output is known never to be negative. */
function rangeOfNode(
  node: NetworkNode,
  ranges: ActivationRanges,
  known: ReadonlyMap<string, readonly number[]>,
  outputs: ReadonlyMap<string, Plain>,
): readonly number[] | undefined {
  const [first = ''] = node.inputs;
  switch (node.op) {
    case 'relu':
      return ranges[node.name]?.map((range) => Math.min(range, node.maxValue ?? range));
    case 'maxPool':
    case 'avgPool':
    case 'globalAvgPool':
    case 'globalMaxPool':
    case 'dropout':
      return known.get(first);
    case 'concat': {
      const parts = node.inputs.map((name) => {
        const own = known.get(name);
        const channels = outputs.get(name)?.shape.at(-1) ?? 0;
        return own?.length === 1 ? new Array<number>(channels).fill(own[0] ?? Number.NaN) : own;
      });
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'flatten': {
      const own = known.get(first);
      const size = outputs.get(node.name)?.values.length ?? 0;
      return own?.length === 1
        ? own
        : own && Array.from({ length: size }, (_, i) => own[i % own.length] ?? 0);
    }
    default:
      return undefined;
  }
}

function joinChannels(inputs: readonly Plain[]): Plain {
  const places = inputs[0]?.shape.slice(0, -1) ?? [];
  const pixels = places.reduce((product, side) => product * side, 1);
  const values: number[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (const { shape, values: part } of inputs) {
      const channels = shape.at(-1) ?? 1;
      values.push(...part.subarray(pixel * channels, (pixel + 1) * channels));
    }
  }
  return { shape: [...places, values.length / pixels], values: Float64Array.from(values) };
}

/**
 * Output of every node. A convolution computes in integers where its input's range is known, and all else in double
 * precision; without ranges that is the plain network.
 */
export function simulateNodes(
  network: Network,
  input: Float32Array,
  ranges: ActivationRanges,
  toCodes: ToCodes = roundAll,
): ReadonlyMap<string, Plain> {
  const outputs = new Map<string, Plain>();
  const known = new Map<string, readonly number[]>();
  const outputOf = (name: string): Plain => {
    const output = outputs.get(name);
    if (!output) throw new Error(`${name} is not there yet`);
    return output;
  };
  const compute = (node: NetworkNode): Plain => {
    if (node.op === 'input') return { shape: node.shape, values: Float64Array.from(input) };
    const inputs = node.inputs.map(outputOf);
    const first = outputOf(node.inputs[0] ?? '');
    if (node.op === 'concat') return joinChannels(inputs);
    if (node.op === 'add') {
      const values = first.values.map((_, i) => inputs.reduce((sum, part) => sum + (part.values[i] ?? 0), 0));
      return { shape: first.shape, values };
    }
    const inputRanges = known.get(node.inputs[0] ?? '');
    return (node.op === 'conv2d' || node.op === 'dense') && inputRanges
      ? integerProducts(network, node, first, inputRanges, toCodes)
      : runNode(node, first, network.weights);
  };
  for (const node of averageFirst(network.nodes)) {
    outputs.set(node.name, compute(node));
    const range = rangeOfNode(node, ranges, known, outputs);
    if (range) known.set(node.name, range);
  }
  return outputs;
}

/** Output of the last node. */
export function simulate(...[network, ...rest]: Parameters<typeof simulateNodes>): Float64Array {
  const last = averageFirst(network.nodes).at(-1)?.name ?? '';
  return simulateNodes(network, ...rest).get(last)?.values ?? new Float64Array();
}
