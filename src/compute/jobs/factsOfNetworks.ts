/** What the page is told of each backbone. */
import type { NetworkFacts, StageFacts } from '../../domain/networkFacts.ts';
import { type Backbone, LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { costsOf, type NodeCost } from '../../network/cost.ts';
import { cutAfter } from '../../network/cut.ts';
import type { NetworkNode } from '../../network/network.ts';
import { inferShapes } from '../../network/shapes.ts';
import { cutPointOf } from '../../network/stages.ts';

type Summed = Exclude<keyof NodeCost, 'name'>;

function sumOf(costs: readonly NodeCost[], what: Summed): number {
  return costs.reduce((sum, cost) => sum + cost[what], 0);
}

/** In which way a stage brings maps together. */
function joinOf(nodes: readonly NetworkNode[]): StageFacts['join'] {
  if (nodes.some(({ op }) => op === 'concat')) return 'concatenation';
  return nodes.some(({ op }) => op === 'add') ? 'shortcut' : null;
}

function stagesOf({ stages }: Backbone, nodes: readonly NetworkNode[]): readonly StageFacts[] {
  const shapes = inferShapes(nodes);
  const costs = costsOf(nodes);
  let from = 0;
  return stages.map((name) => {
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
function learningOf({ stages }: Backbone, nodes: readonly NetworkNode[], count: 1 | 2): number {
  const placeOf = (name: string) => nodes.findIndex((node) => node.name === name);
  const cut = placeOf(cutPointOf(nodes, count).nodeName);
  return stages.filter((name) => placeOf(name) > cut).length;
}

/** Every backbone can begin with fresh weights; the smallest first. */
export function networksFromScratch(): readonly NetworkFacts[] {
  return BACKBONES.map((backbone) => {
    const { id, title, inputSizePx, leastInputPx = LEAST_INPUT_PX, featureNode, featureCount } = backbone;
    const whole = backbone.buildNodes();
    const { nodes } = cutAfter({ name: id, nodes: whole, weights: {} }, featureNode);
    const costs = costsOf(whole);
    return {
      ...{ id, title, inputSizePx, leastInputPx, featureCount },
      ...{ parameters: sumOf(costs, 'parameters'), multiplyAdds: sumOf(costs, 'multiplyAdds') },
      stages: stagesOf(backbone, nodes),
      learning: { 1: learningOf(backbone, nodes, 1), 2: learningOf(backbone, nodes, 2) },
    };
  }).sort((a, b) => a.multiplyAdds - b.multiplyAdds);
}
