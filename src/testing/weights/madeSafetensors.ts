/** A file as PyTorch's world passes weights on, with numbers by chance. Format: safetensors, README. */
import type { NetworkNode } from '../../network/network.ts';
import { inferShapes, weightShapes } from '../../network/shapes.ts';
import { createRandom } from '../../shared/random.ts';

/** Ours of a weight → PyTorch's, as the tests know it: the reader's own table is what they hold to account. */
const TORCH_KINDS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** Filters come first in PyTorch, and units. */
function torchShape(kind: string, shape: readonly number[]): readonly number[] {
  if (kind !== 'kernel') return shape;
  return shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis] ?? 0) : [...shape].reverse();
}

/** Of every weight of these nodes, float32, as large as He's initialisation makes them. */
export function madeSafetensors(nodes: readonly NetworkNode[]): Blob {
  const random = createRandom(7);
  const shapes = inferShapes(nodes);
  const header: Record<string, object> = {};
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const count = shape.reduce((product, side) => product * side, 1);
      const spread = Math.sqrt((6 * (shape.at(-1) ?? 1)) / count);
      const values = Float32Array.from({ length: count }, () =>
        kind === 'gamma' || kind === 'movingVariance' ? 1 : (random.next() * 2 - 1) * spread,
      );
      if (kind !== 'kernel' && kind !== 'gamma' && kind !== 'movingVariance') values.fill(0);
      const bytes = new Uint8Array(values.buffer);
      header[`${node.name}.${TORCH_KINDS[kind]}`] = {
        dtype: 'F32',
        shape: torchShape(kind, shape),
        data_offsets: [at, at + bytes.length],
      };
      parts.push(bytes);
      at += bytes.length;
    }
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length), true);
  return new Blob([length, text, ...parts]);
}
