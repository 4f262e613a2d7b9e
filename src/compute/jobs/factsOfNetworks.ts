/** What the page is told of each backbone. */
import type { NetworkFacts, StageFacts } from '../../domain/networkFacts.ts';
import { DEFINED_NETWORK_ID, type FreshNetwork } from '../../domain/trainSettings.ts';
import { type Backbone, LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { costsOf, type NodeCost } from '../../network/cost.ts';
import { cutAfter } from '../../network/cut.ts';
import type { NetworkNode } from '../../network/network.ts';
import { inferShapes } from '../../network/shapes.ts';
import { cutPointOf } from '../../network/stages.ts';
import { backboneOf, isDefined, readDefinition, writeDefinition } from './definedNetwork.ts';

type Summed = Exclude<keyof NodeCost, 'name'>;

function sumOf(costs: readonly NodeCost[], what: Summed): number {
  return costs.reduce((sum, cost) => sum + cost[what], 0);
}

/** In which way a stage brings maps together. */
function joinOf(nodes: readonly NetworkNode[]): StageFacts['join'] {
  if (nodes.some(({ op }) => op === 'concat')) return 'concatenation';
  return nodes.some(({ op }) => op === 'add') ? 'shortcut' : null;
}

/** Costs of each stage. @param ends names of the last nodes */
function stageFactsOf(ends: readonly string[], nodes: readonly NetworkNode[]): readonly StageFacts[] {
  const shapes = inferShapes(nodes);
  const costs = costsOf(nodes);
  let from = 0;
  return ends.map((name) => {
    const end = nodes.findIndex((node) => node.name === name) + 1;
    const [own, ownNodes] = [costs.slice(from, end), nodes.slice(from, end)];
    from = end;
    return {
      shape: shapes.get(name) ?? [],
      parameters: sumOf(own, 'parameters'),
      multiplyAdds: sumOf(own, 'multiplyAdds'),
      outputValues: sumOf(own, 'outputValues'),
      join: joinOf(ownNodes),
    };
  });
}

/** How many of the stages learn when the last one does, or the last two. */
function learningOf(ends: readonly string[], nodes: readonly NetworkNode[], count: 1 | 2): number {
  const placeOf = (name: string) => nodes.findIndex((node) => node.name === name);
  const cut = placeOf(cutPointOf(nodes, count).nodeName);
  return ends.filter((name) => placeOf(name) > cut).length;
}

/** Where the maps of a network change their size: the last node of each size. */
function endsOf(nodes: readonly NetworkNode[]): readonly string[] {
  const shapes = inferShapes(nodes);
  const maps = nodes.filter(({ name, op }) => op !== 'input' && shapes.get(name)?.length === 3);
  const heightOf = (node: NetworkNode | undefined) => shapes.get(node?.name ?? '')?.[0];
  const ends = maps.filter((node, index) => heightOf(node) !== heightOf(maps[index + 1]));
  return ends.map(({ name }) => name);
}

/** What does not follow from its nodes. */
type Named = Pick<NetworkFacts, 'id' | 'title' | 'inputSizePx' | 'leastInputPx' | 'layers'>;

interface Parts {
  /** With the top that it was published with. */
  readonly whole: readonly NetworkNode[];
  /** Up to its features. */
  readonly nodes: readonly NetworkNode[];
  readonly featureCount: number;
  /** Last nodes of its stages. */
  readonly ends: readonly string[];
}

function factsOf(
  { id, title, inputSizePx, leastInputPx, layers }: Named,
  { whole, nodes, featureCount, ends }: Parts,
): NetworkFacts {
  const costs = costsOf(whole);
  return {
    ...{ id, title, inputSizePx, leastInputPx, layers, featureCount },
    ...{ parameters: sumOf(costs, 'parameters'), multiplyAdds: sumOf(costs, 'multiplyAdds') },
    stages: stageFactsOf(ends, nodes),
    learning: { 1: learningOf(ends, nodes, 1), 2: learningOf(ends, nodes, 2) },
  };
}

/** @param layers that it has, where they can be chosen */
function factsOfBackbone(backbone: Backbone, inputSizePx: number, layers: NetworkFacts['layers']) {
  const { id, title, featureNode, featureCount, leastInputPx = LEAST_INPUT_PX, stages } = backbone;
  const whole = backbone.buildNodes(inputSizePx);
  const { nodes } = cutAfter({ name: id, nodes: whole, weights: {} }, featureNode);
  const parts = { whole, nodes, featureCount, ends: stages };
  return factsOf({ id, title, inputSizePx, leastInputPx, layers }, parts);
}

/** Every backbone can begin with fresh weights; the smallest first. */
export function networksFromScratch(): readonly NetworkFacts[] {
  return BACKBONES.map((backbone) =>
    factsOfBackbone(backbone, backbone.inputSizePx, backbone.layers?.usual ?? null),
  ).sort((a, b) => a.multiplyAdds - b.multiplyAdds);
}

/** The same of a network as it is to be trained. @throws AppError as `freshPlanOf` */
export function factsOfFresh(network: FreshNetwork): NetworkFacts {
  const { inputSizePx, layers } = network;
  if (isDefined(network)) return factsOfDefinition(network.definition, inputSizePx);
  const backbone = backboneOf(network);
  return factsOfBackbone(backbone, inputSizePx, layers ?? backbone.layers?.usual ?? null);
}

/**
 * The same of a network that a person defined.
 * @param inputSizePx of its pictures; null: as its file says
 * @throws AppError as `readDefinition`
 */
export function factsOfDefinition(definition: string, inputSizePx: number | null = null): NetworkFacts {
  const { title, nodes, featureCount, sidePx } = readDefinition(definition, inputSizePx);
  const parts = { whole: nodes, nodes, featureCount, ends: endsOf(nodes) };
  return factsOf(
    { id: DEFINED_NETWORK_ID, title, inputSizePx: sidePx, leastInputPx: 1, layers: null },
    parts,
  );
}

/** A backbone, as it is to be trained, as a file that defines it. @throws AppError as `backboneOf` */
export function definitionOf(network: FreshNetwork): string {
  return writeDefinition(backboneOf(network), network.inputSizePx);
}
