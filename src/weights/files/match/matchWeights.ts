/** Finds each weight of a network in a file by name and shape, whichever program wrote it. */
import { type NetworkNode, weightKey } from '../../../network/network.ts';
import { inferShapes, isSameShape, type Shape, weightShapes } from '../../../network/shapes.ts';
import type { TensorFile } from '../tensorFile.ts';
import { KERAS_NAMINGS } from './kerasNamings.ts';
import type { SourceNaming, WeightKind } from './sourceNaming.ts';
import { TORCH_NAMINGS } from './torchNamings.ts';
import { sourceWeights, type WeightTransform } from './transform.ts';

export interface MatchedWeight {
  /** Name of the tensor in the file. */
  readonly source: string;
  readonly transform: WeightTransform;
}

export interface MisfitWeight {
  /** Ours. */
  readonly key: string;
  readonly source: string;
  /** In the layout of the source, as `found`. */
  readonly expected: Shape;
  readonly found: Shape;
}

export interface WeightMatch {
  /** Id of the naming that fits best. */
  readonly naming: string;
  /** What stands before every name in the file, for example `module.`. */
  readonly prefix: string;
  /** By our key, `nodeName/kind`. */
  readonly map: ReadonlyMap<string, MatchedWeight>;
  /** Our keys that the file lacks. */
  readonly missing: readonly string[];
  /** Tensors of the file that no node takes, counters of batches left out. */
  readonly extra: readonly string[];
  readonly misfits: readonly MisfitWeight[];
  /** Epsilon that the source has for a BatchNorm, by our node, where it is another than the node's. */
  readonly epsilons: ReadonlyMap<string, number>;
}

/** A weight that the network needs. */
interface NeededWeight {
  readonly node: NetworkNode;
  readonly kind: WeightKind;
  readonly key: string;
  readonly shape: Shape;
  /** Of the map that a dense layer reads flattened; null for any other. */
  readonly flattened: Shape | null;
}

const KINDS: readonly string[] = [
  'kernel',
  'bias',
  'gamma',
  'beta',
  'movingMean',
  'movingVariance',
] satisfies WeightKind[];

function isWeightKind(kind: string): kind is WeightKind {
  return KINDS.includes(kind);
}

/** Shape of the map that a node reads flattened, also through ReLU and dropout; null if it does not. */
function flattenedMap(
  node: NetworkNode,
  byName: ReadonlyMap<string, NetworkNode>,
  shapes: ReadonlyMap<string, Shape>,
): Shape | null {
  let before = byName.get(node.inputs[0] ?? '');
  while (before?.op === 'relu' || before?.op === 'dropout') before = byName.get(before.inputs[0] ?? '');
  return before?.op === 'flatten' ? (shapes.get(before.inputs[0] ?? '') ?? null) : null;
}

function neededWeights(nodes: readonly NetworkNode[]): readonly NeededWeight[] {
  const shapes = inferShapes(nodes);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return nodes.flatMap((node) => {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    const flattened = node.op === 'dense' ? flattenedMap(node, byName, shapes) : null;
    return weightShapes(node, inputs).flatMap(({ kind, shape }) =>
      isWeightKind(kind) ? [{ node, kind, key: weightKey(node.name, kind), shape, flattened }] : [],
    );
  });
}

/** Prefixes that bring a name of the file together with the first weight of the network; none at all is one of them. */
function prefixesOf(
  names: Iterable<string>,
  naming: SourceNaming,
  first: NeededWeight | undefined,
): Set<string> {
  const prefixes = new Set(['']);
  if (!first) return prefixes;
  const wanted = naming.candidates(first.node.name, first.kind);
  for (const name of names) {
    for (const candidate of wanted) {
      const prefix = name.slice(0, -candidate.length);
      if (name.endsWith(candidate) && /[./]$/.test(prefix)) prefixes.add(prefix);
    }
  }
  return prefixes;
}

function matchUnder(
  needed: readonly NeededWeight[],
  { tensors, epsilons }: TensorFile,
  naming: SourceNaming,
  prefix: string,
): WeightMatch {
  const map = new Map<string, MatchedWeight>();
  const missing: string[] = [];
  const misfits: MisfitWeight[] = [];
  const otherEpsilons = new Map<string, number>();
  for (const { node, kind, key, shape, flattened } of needed) {
    // A classifier may stand outside of the backbone that has the prefix.
    const source = naming
      .candidates(node.name, kind)
      .flatMap((name) => (node.op === 'dense' ? [prefix + name, name] : [prefix + name]))
      .find((name) => tensors.has(name));
    const found = tensors.get(source ?? '')?.shape;
    if (source === undefined || found === undefined) {
      missing.push(key);
      continue;
    }
    const possible = sourceWeights(node, kind, shape, naming.layout, flattened);
    const fit = possible.find((one) => isSameShape(one.shape, found));
    if (fit) map.set(key, { source, transform: fit.transform });
    else misfits.push({ key, source, expected: possible[0]?.shape ?? shape, found });
    if (node.op === 'batchNorm') {
      const layer = (source.startsWith(prefix) ? source.slice(prefix.length) : source).replace(
        /[./][^./]*$/,
        '',
      );
      const epsilon = epsilons.get(layer) ?? naming.epsilon ?? node.epsilon;
      if (epsilon !== node.epsilon) otherEpsilons.set(node.name, epsilon);
    }
  }
  const used = new Set([...map.values(), ...misfits].map(({ source }) => source));
  const extra = [...tensors.keys()].filter(
    (name) => !used.has(name) && !name.endsWith('num_batches_tracked'),
  );
  return { naming: naming.id, prefix, map, missing, extra, misfits, epsilons: otherEpsilons };
}

/** More weights that fit are better, then more that at least have the right name. */
function isBetter(a: WeightMatch, b: WeightMatch): boolean {
  return a.map.size !== b.map.size ? a.map.size > b.map.size : a.misfits.length > b.misfits.length;
}

/**
 * Which tensor of a file is which weight of the network, in the naming and under the prefix that fit best.
 * @param nodes a whole network: shapes follow from its input
 * @throws InvalidNetworkError as `inferShapes`
 */
export function matchWeights(nodes: readonly NetworkNode[], file: TensorFile): WeightMatch {
  const needed = neededWeights(nodes);
  let best: WeightMatch | null = null;
  for (const naming of [...TORCH_NAMINGS, ...KERAS_NAMINGS]) {
    for (const prefix of prefixesOf(file.tensors.keys(), naming, needed[0])) {
      const match = matchUnder(needed, file, naming, prefix);
      if (match.map.size === needed.length) return match;
      if (best === null || isBetter(match, best)) best = match;
    }
  }
  if (best === null) throw new Error('there are namings');
  return best;
}
