/** What the page needs to know of trained weights, which it otherwise only passes on. */
import type { Network } from '../../network/network.ts';
import type { CutPoint } from '../../network/stages.ts';

/** Whether it holds stages of the backbone beside the head: then it begins with a map, and not with features. */
export function isFineTuned({ nodes }: Pick<Network, 'nodes'>): boolean {
  return cutOfFineTuned({ nodes }) !== null;
}

/** Where those stages begin, by the node of the backbone that they read; null for a head. */
export function cutOfFineTuned({ nodes: [input] }: Pick<Network, 'nodes'>): CutPoint | null {
  if (input?.op !== 'input' || input.shape.length <= 1) return null;
  return { nodeName: input.name, shape: input.shape };
}
