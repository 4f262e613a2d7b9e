/** What the page is told of each backbone. */
import { LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { costsOf } from '../../network/cost.ts';
import type { NetworkFacts } from '../../rpc/engineApi.ts';

/** Every backbone can begin with fresh weights; the smallest first. */
export function networksFromScratch(): readonly NetworkFacts[] {
  return BACKBONES.map(({ id, title, inputSizePx, leastInputPx = LEAST_INPUT_PX, buildNodes }) => {
    const costs = costsOf(buildNodes());
    const total = (what: 'parameters' | 'multiplyAdds') => costs.reduce((sum, cost) => sum + cost[what], 0);
    return {
      ...{ id, title, inputSizePx, leastInputPx },
      ...{ parameters: total('parameters'), multiplyAdds: total('multiplyAdds') },
    };
  }).sort((a, b) => a.multiplyAdds - b.multiplyAdds);
}
