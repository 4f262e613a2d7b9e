/** Networks for the tests: made-up weights, inputs and ranges, the same in every run. */
import {
  type InputNode,
  inputNodeOf,
  type Network,
  type NetworkNode,
  type Weight,
} from '../../network/network.ts';
import type { ActivationRanges } from '../../network/quantise.ts';
import { inferShapes, sizeOf, weightShapes } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';
import { simulateNodes } from './simulation.ts';

/** Whether a ReLU's range is given for each channel or once for its map. */
export type RangeKind = 'channel' | 'map';

export interface TestCase {
  readonly nodes: readonly NetworkNode[];
  /** By name of a ReLU; those left out have none, so that their readers compute in float32. */
  readonly ranges: Readonly<Record<string, RangeKind>>;
}

export function inputOf(height: number, width: number, channels: number): InputNode {
  return { op: 'input', name: 'in', inputs: [], shape: [height, width, channels], preprocessing: null };
}

export function concat(name: string, ...inputs: string[]): NetworkNode {
  return { op: 'concat', name, inputs };
}

export function addAll(name: string, ...inputs: string[]): NetworkNode {
  return { op: 'add', name, inputs };
}

/** A ReLU with an upper limit. */
export function reluTo(name: string, input: string, maxValue: number): NetworkNode {
  return { op: 'relu', name, inputs: [input], maxValue };
}

/** As folding leaves a network's nodes: each BatchNorm is part of the convolution that it reads. */
export function withoutNorm(nodes: readonly NetworkNode[]): NetworkNode[] {
  const replaced = new Map(
    nodes.flatMap((node) => (node.op === 'batchNorm' ? [[node.name, node.inputs[0] ?? '']] : [])),
  );
  return nodes
    .filter((node) => node.op !== 'batchNorm')
    .map((node) => ({ ...node, inputs: node.inputs.map((name) => replaced.get(name) ?? name) }));
}

/** Uniform in [−1, 1). */
export function randomValues(length: number, seed: number): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  return new Float32Array(length).map(() => random.next() * 2 - 1);
}

const KINDS: readonly string[] = ['kernel', 'bias', 'gamma', 'beta', 'movingMean', 'movingVariance'];
/** A variance stays above zero; a factor is of both signs. */
const GAINS: Readonly<Record<string, number>> = { gamma: 1.5, movingVariance: 0.5 };

/** Weights that keep the size of what goes through, so that no branch of a network drowns another. */
export function withRandomWeights(nodes: readonly NetworkNode[], seed: number): Network {
  const shapes = inferShapes(nodes);
  const weights: Record<string, Weight> = {};
  nodes.forEach((node, index) => {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const size = shape.reduce((product, side) => product * side, 1);
      const gain = kind === 'kernel' ? 2 / Math.sqrt(size / (shape.at(-1) ?? 1)) : (GAINS[kind] ?? 0.3);
      const least = kind === 'movingVariance' ? 1 : 0;
      const place = KINDS.indexOf(kind);
      weights[`${node.name}/${kind}`] = {
        shape,
        values: randomValues(size, seed * 10_000 + index * KINDS.length + place).map((v) => least + v * gain),
      };
    }
  });
  return { name: 'test', nodes, weights };
}

export function randomInput({ nodes }: Network, seed: number): Float32Array<ArrayBuffer> {
  return randomValues(sizeOf(inputNodeOf(nodes).shape), seed);
}

/** Below what the input reaches, so that some values saturate; never so small that all of a channel do. */
const RANGE_FRACTION = 0.85;
const LEAST_FRACTION = 0.1;

/** Ranges as a calibration on this one input would give them. */
export function measureRanges(
  network: Network,
  input: Float32Array,
  kinds: TestCase['ranges'],
): ActivationRanges {
  const outputs = simulateNodes(network, input, {});
  const ranges: Record<string, readonly number[]> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const output = outputs.get(name);
    if (!output) throw new Error(`no node ${name}`);
    const channels = output.shape.at(-1) ?? 1;
    const highest = output.values.reduce((most, value) => Math.max(most, value), 0) || 1;
    const largest = new Array<number>(channels).fill(highest * LEAST_FRACTION);
    output.values.forEach((value, i) => {
      largest[i % channels] = Math.max(largest[i % channels] ?? 0, value);
    });
    ranges[name] = (kind === 'map' ? [highest] : largest).map((range) => range * RANGE_FRACTION);
  }
  return ranges;
}

/** How far two results are apart, as a fraction of the largest expected value. NaN if anything is not a number. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a = Number.NaN, e = Number.NaN] = [actual[i], expected[i]];
    worst = Math.max(worst, Math.abs(a - e));
    largest = Math.max(largest, Math.abs(e));
  }
  return worst === 0 ? 0 : worst / largest;
}
