/** The same network with less to compute: what may change places does. */
import type { Conv2dNode, NetworkNode, PoolNode } from '../../../../network/network.ts';

/** Both are linear, and a bias is its own average: over a pixel at a time, the order makes no difference. */
function isPointwise(node: NetworkNode | undefined): node is Conv2dNode {
  return (
    node?.op === 'conv2d' &&
    [...node.kernelSize, ...node.strides].every((side) => side === 1) &&
    Object.values(node.padding).every((side) => side === 0)
  );
}

/**
 * Averages come before the 1×1 convolution that they read, where nothing else reads it: with a stride of two it then
 * computes a quarter. That is each transition of a DenseNet.
 * @param nodes in the order in which they run @returns readers of such a pool read the convolution
 */
export function averageFirst(nodes: readonly NetworkNode[]): NetworkNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readCount = (name: string) => nodes.filter(({ inputs }) => inputs.includes(name)).length;
  /** Pool by the name of its convolution. */
  const pools = new Map<string, PoolNode>();
  for (const node of nodes) {
    if (node.op !== 'avgPool' || node.strides[0] * node.strides[1] < 2) continue;
    const before = byName.get(node.inputs[0] ?? '');
    if (isPointwise(before) && readCount(before.name) === 1) pools.set(before.name, node);
  }
  const moved = new Map([...pools].map(([convName, pool]) => [pool.name, convName]));
  const rewire = (inputs: readonly string[]) => inputs.map((name) => moved.get(name) ?? name);
  return nodes.flatMap((node): NetworkNode[] => {
    if (moved.has(node.name)) return [];
    const pool = pools.get(node.name);
    const inputs = rewire(node.inputs);
    return pool
      ? [
          { ...pool, inputs },
          { ...node, inputs: [pool.name] },
        ]
      : [{ ...node, inputs }];
  });
}
