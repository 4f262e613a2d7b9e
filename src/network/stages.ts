/** Where a network can be cut so that its last stages learn and what comes before them runs once. */
import type { NetworkNode } from './network.ts';
import { inferShapes, type Shape } from './shapes.ts';

/** How many of a backbone's stages learn, counted from its end; `all`: every layer. */
export type TrainableStages = 1 | 2 | 'all';

export interface CutPoint {
  /** The last node of what stays frozen; the input where nothing does. */
  readonly nodeName: string;
  /** Of its output for one example, without the batch. */
  readonly shape: Shape;
}

/** Nodes at which the rest of the network reads nothing from before them. */
function cleanCuts(nodes: readonly NetworkNode[]): readonly NetworkNode[] {
  const place = new Map(nodes.map((node, index) => [node.name, index]));
  const cuts: NetworkNode[] = [];
  // The earliest node that anything behind the running place reads.
  let earliest = nodes.length;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as NetworkNode;
    if (earliest >= index) cuts.unshift(node);
    for (const input of node.inputs) earliest = Math.min(earliest, place.get(input) ?? 0);
  }
  return cuts;
}

/**
 * The cut in front of a backbone's last stages. A stage is what works at one resolution (He et al., "Deep Residual
 * Learning", 2016, table 1): the last one begins behind the last map that is at least twice as high as the final one.
 * @param nodes from the picture to the features, with maps before them
 */
export function cutPointOf(nodes: readonly NetworkNode[], stages: TrainableStages): CutPoint {
  const shapes = inferShapes(nodes);
  const toPoint = ({ name }: NetworkNode): CutPoint => ({ nodeName: name, shape: shapes.get(name) ?? [] });
  const maps = cleanCuts(nodes)
    .map(toPoint)
    .filter(({ shape }) => shape.length === 3);
  const [input] = maps;
  if (!input) throw new Error('a network of pictures begins with a map');
  if (stages === 'all') return input;
  const finalHeight = maps.at(-1)?.shape[0] ?? 1;
  const wanted = finalHeight * 2 ** stages;
  return maps.findLast(({ shape }) => (shape[0] ?? 0) >= wanted) ?? input;
}
