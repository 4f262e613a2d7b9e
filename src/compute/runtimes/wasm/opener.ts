/** The way through a network on kernels of our own. */
import { type Forward, type ForwardOpener, NEVER_LOST } from '../forward.ts';
import { openPackedNetwork, type PackedNetwork } from './inference/packedNetwork.ts';

declare module '../forward.ts' {
  interface ForwardStarts {
    readonly wasm: PackedNetwork;
  }
}

/** @throws as `openPackedNetwork` */
async function open(packed: PackedNetwork): Promise<Forward> {
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

export const opener: ForwardOpener<'wasm'> = { open };
