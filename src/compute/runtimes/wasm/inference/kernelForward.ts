/** The way through the backbone on kernels of our own. */
import { type Forward, NEVER_LOST } from '../../forward.ts';
import { openPackedNetwork, type PackedNetwork } from './packedNetwork.ts';

/** @throws as `openPackedNetwork` */
export async function createKernelForward(packed: PackedNetwork): Promise<Forward> {
  const runnable = await openPackedNetwork(packed);
  return {
    lost: NEVER_LOST,
    async run(input, rowCount) {
      const length = input.length / rowCount;
      const rows = Array.from({ length: rowCount }, (_, row) =>
        runnable.run(input.subarray(row * length, (row + 1) * length)),
      );
      const [first] = rows;
      if (first && rows.length === 1) return first;
      const features = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
      rows.forEach((row, place) => {
        features.set(row, place * row.length);
      });
      return features;
    },
    dispose: () => undefined,
  };
}
