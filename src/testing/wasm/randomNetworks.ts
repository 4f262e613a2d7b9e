/** Networks thrown together from a seed: what no list of cases thinks of. */
import { roundUp } from '../../compute/runtimes/wasm/memory.ts';
import { cutAfter } from '../../network/cut.ts';
import {
  ACTIVATION_KINDS,
  type Conv2dNode,
  type Network,
  type NetworkNode,
  type Padding,
  type PoolNode,
} from '../../network/network.ts';
import { batchNorm, dense, globalAvgPool } from '../../network/nodeBuilders.ts';
import { inferShapes, type Shape } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';
import {
  addAll,
  concat,
  inputOf,
  type RangeKind,
  type TestCase,
  withRandomWeights,
} from './madeUpNetworks.ts';

export interface RandomNetwork {
  readonly network: Network;
  readonly ranges: TestCase['ranges'];
}

/** Nodes beside the input, before those are left out that lead nowhere. */
const NODES = 26;
/** A concatenation of concatenations would grow without end. */
const MOST_CHANNELS = 40;

export function randomNetwork(seed: number): RandomNetwork {
  const random = createRandom(seed);
  const upTo = (count: number) => Math.floor(random.next() * count);
  const oneOf = <T>(choices: readonly T[]): T => choices[upTo(choices.length)] as T;

  const nodes: NetworkNode[] = [inputOf(3 + upTo(7), 3 + upTo(7), 1 + upTo(9))];
  const shapeOf = (name: string): Shape => inferShapes(nodes).get(name) ?? [];
  /** A node among the last few, so that the network gets deep. */
  const anyName = () => nodes[Math.max(nodes.length - 1 - upTo(4), 0)]?.name ?? '';
  const padding = (most: number): Padding => ({
    top: upTo(most + 1),
    bottom: upTo(most + 1),
    left: upTo(most + 1),
    right: upTo(most + 1),
  });

  /** Half of them keep the shape of their input, so that there is something to add them to. */
  function addConv(name: string, input: string): void {
    const [height = 1, width = 1, channels = 1] = shapeOf(input);
    const keepsShape = random.next() < 0.6;
    const kernel = oneOf(keepsShape ? [1, 3] : [1, 2, 3]);
    const around = (kernel - 1) / 2;
    const fits = height >= kernel && width >= kernel;
    const groups = oneOf([1, 1, 1, channels, channels % 2 === 0 ? 2 : 1]);
    const node: Conv2dNode = {
      op: 'conv2d',
      name,
      inputs: [input],
      filters: keepsShape ? channels : oneOf([groups * (1 + upTo(groups > 4 ? 2 : 10)), roundUp(8, groups)]),
      kernelSize: [kernel, kernel],
      strides: keepsShape ? [1, 1] : [1 + upTo(fits ? 2 : 1), 1],
      padding:
        keepsShape || !fits ? { top: around, bottom: around, left: around, right: around } : padding(2),
      groups,
      useBias: random.next() < 0.8,
    };
    if (Number.isInteger(around) || fits) nodes.push(node);
  }

  function addPool(name: string, input: string): void {
    const [height = 1, width = 1] = shapeOf(input);
    const node: PoolNode = {
      op: oneOf(['maxPool', 'maxPool', 'avgPool'] as const),
      name,
      inputs: [input],
      poolSize: [2, 2 + upTo(2)],
      strides: [1, 1 + upTo(2)],
      padding: padding(1),
    };
    if (height >= node.poolSize[0] && width >= node.poolSize[1]) nodes.push(node);
  }

  function addSum(name: string, input: string): void {
    const shape = shapeOf(input).join();
    const alike = nodes.filter((node) => node.name !== input && shapeOf(node.name).join() === shape);
    const others = alike.slice(-1 - upTo(2)).map((node) => node.name);
    if (others.length > 0) nodes.push(addAll(name, input, ...others));
  }

  function addConcat(name: string, input: string): void {
    const [height, width, channels = 1] = shapeOf(input);
    const others = nodes.filter((node) => {
      const shape = shapeOf(node.name);
      const fits = shape[0] === height && shape[1] === width && (shape[2] ?? 0) + channels <= MOST_CHANNELS;
      return fits && node.name !== input;
    });
    const other = others.at(-1 - upTo(2)) ?? others.at(-1);
    if (other)
      nodes.push(random.next() < 0.5 ? concat(name, input, other.name) : concat(name, other.name, input));
  }

  function addActivation(name: string, input: string): void {
    const kind = oneOf(ACTIVATION_KINDS);
    nodes.push({ op: 'activation', name, inputs: [input], kind, slope: kind === 'leakyRelu' ? 0.2 : 0 });
  }

  /** A row of numbers at the end of a third of them. */
  function addRow(input: string): void {
    nodes.push(
      oneOf([
        { op: 'flatten', name: 'row', inputs: [input] },
        globalAvgPool('row', input),
        { op: 'globalMaxPool', name: 'row', inputs: [input] },
      ] as const),
    );
    nodes.push({ op: 'relu', name: 'rowRelu', inputs: ['row'], maxValue: null });
    nodes.push(dense('dense', oneOf(['row', 'rowRelu']), 1 + upTo(20)));
    if (random.next() < 0.5) nodes.push({ op: 'softmax', name: 'softmax', inputs: ['dense'] });
  }

  for (let index = 0; index < NODES; index++) {
    const input = anyName();
    const name = `n${index}`;
    const kind = random.next();
    const isPositive = nodes.at(-1)?.op === 'relu';
    if (kind < (isPositive ? 0.6 : 0.3)) addConv(name, input);
    else if (kind < 0.7)
      nodes.push({ op: 'relu', name, inputs: [input], maxValue: random.next() < 0.25 ? 0.7 : null });
    else if (kind < 0.75) nodes.push(batchNorm(name, input, 1e-3));
    else if (kind < 0.78) addActivation(name, input);
    else if (kind < 0.84) addPool(name, input);
    else if (kind < 0.93) addSum(name, input);
    else addConcat(name, input);
  }

  if (upTo(3) === 0) addRow(anyName());
  const { nodes: used } = cutAfter({ name: '', nodes, weights: {} }, nodes.at(-1)?.name ?? '');
  const ranges: Record<string, RangeKind> = {};
  for (const { op, name } of used) {
    const kind = oneOf(['channel', 'channel', 'map', null] as const);
    if (op === 'relu' && kind) ranges[name] = kind;
  }
  return { network: withRandomWeights(used, seed), ranges };
}
