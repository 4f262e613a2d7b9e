/** What the page is told of each backbone. */
import type { NetworkFacts, StageFacts } from '../../domain/networkFacts.ts';
import { DEFINED_NETWORK_ID } from '../../domain/trainSettings.ts';
import { LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES, findBackbone } from '../../network/backbones/registry.ts';
import { costsOf, type NodeCost } from '../../network/cost.ts';
import { cutAfter } from '../../network/cut.ts';
import type { NetworkNode } from '../../network/network.ts';
import { inferShapes } from '../../network/shapes.ts';
import { cutPointOf } from '../../network/stages.ts';
import { readDefinition, writeDefinition } from './definedNetwork.ts';

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

function factsOf(
  {
    id,
    title,
    inputSizePx,
    leastInputPx,
  }: Pick<NetworkFacts, 'id' | 'title' | 'inputSizePx' | 'leastInputPx'>,
  {
    whole,
    nodes,
    featureCount,
  }: { whole: readonly NetworkNode[]; nodes: readonly NetworkNode[]; featureCount: number },
  ends: readonly string[],
): NetworkFacts {
  const costs = costsOf(whole);
  return {
    ...{ id, title, inputSizePx, leastInputPx, featureCount },
    ...{ parameters: sumOf(costs, 'parameters'), multiplyAdds: sumOf(costs, 'multiplyAdds') },
    stages: stageFactsOf(ends, nodes),
    learning: { 1: learningOf(ends, nodes, 1), 2: learningOf(ends, nodes, 2) },
  };
}

/** Every backbone can begin with fresh weights; the smallest first. */
export function networksFromScratch(): readonly NetworkFacts[] {
  return BACKBONES.map((backbone) => {
    const { id, featureNode, featureCount, leastInputPx = LEAST_INPUT_PX, stages } = backbone;
    const whole = backbone.buildNodes();
    const { nodes } = cutAfter({ name: id, nodes: whole, weights: {} }, featureNode);
    return factsOf({ ...backbone, leastInputPx }, { whole, nodes, featureCount }, stages);
  }).sort((a, b) => a.multiplyAdds - b.multiplyAdds);
}

/** The same of a network that a person defined. @throws AppError as `readDefinition` */
export function factsOfDefinition(definition: string): NetworkFacts {
  const { title, nodes, featureCount, sidePx } = readDefinition(definition, null);
  const sizes = { inputSizePx: sidePx, leastInputPx: 1 };
  return factsOf(
    { id: DEFINED_NETWORK_ID, title, ...sizes },
    { whole: nodes, nodes, featureCount },
    endsOf(nodes),
  );
}

/** A backbone as a file that defines it. @throws Error for an id that there is not */
export function definitionOf(backboneId: string): string {
  const backbone = findBackbone(backboneId);
  return writeDefinition(backbone, backbone.inputSizePx);
}
