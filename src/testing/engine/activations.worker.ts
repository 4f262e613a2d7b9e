/** For the test of activations that are kept, for which a worker is needed: one epoch and more, and what came of it. */
import type { ExtractionTarget } from '../../compute/features/extractorApi.ts';
import { openActivations } from '../../compute/jobs/activations.ts';
import { createTestEngine, drawPictures } from './smallEngine.ts';

const TARGET: ExtractionTarget = { arithmetic: 'float32', upTo: 'b_relu' };
export const MAP_LENGTH = 8 * 8 * 8;

export interface KeptFacts {
  readonly keptRows: number;
  /** Rows, as they were counted up. */
  readonly prepared: readonly number[];
  /** Pictures that went through the frozen part: while they were prepared, and in two epochs and a measurement. */
  readonly askedFirst: number;
  readonly askedLater: number;
  readonly direct: readonly Float32Array[];
  readonly plain: Float32Array;
  readonly epochs: readonly Float32Array[];
  readonly filesWhileOpen: number;
  readonly filesBehind: number;
}

async function countFiles(): Promise<number> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('scratch', { create: true });
  let count = 0;
  for await (const _ of folder.keys()) count += 1;
  return count;
}

/** @param slots that the disk has room for; null: as it is */
async function run(pictureCount: number, slots: number | null): Promise<KeptFacts> {
  if (slots !== null) {
    // Half of what is free may be used, two bytes a number.
    const quota = slots * MAP_LENGTH * 2 * 2;
    Object.defineProperty(navigator.storage, 'estimate', { value: async () => ({ usage: 0, quota }) });
  }
  const { session, asked } = await createTestEngine('wasm');
  const { pictures, examples } = await drawPictures(pictureCount);
  const close = await session.openTarget(TARGET);
  const direct: Float32Array[] = [];
  await session.pool.extract({
    count: pictures.length,
    open: (index) => pictures[index]?.blob ?? new Blob(),
    onPicture: ({ index, features }) => {
      direct[index] = features ?? new Float32Array();
    },
    target: TARGET,
  });
  asked.length = 0;
  const activations = await openActivations({
    ...{ pool: session.pool, target: TARGET, shape: [8, 8, 8], examples, pictures },
    ...{ augmentation: null, seed: 1, sizePx: 32, signal: new AbortController().signal },
  });
  const rows = Int32Array.from(examples, (_, row) => row);
  const prepared: number[] = [];
  await activations.prepare(rows, (count) => prepared.push(count));
  const askedFirst = asked.length;
  const plain = await activations.plain(rows);
  const epochs: Float32Array[] = [];
  for (const epoch of [1, 2]) {
    activations.expect(rows, epoch);
    const parts: Float32Array[] = [];
    for (let start = 0; start < rows.length; start += 4) {
      parts.push((await activations.training(rows.subarray(start, start + 4))).values);
    }
    epochs.push(Float32Array.from(parts.flatMap((part) => [...part])));
  }
  const { keptRows } = activations;
  const filesWhileOpen = await countFiles();
  await activations.close();
  await close();
  return {
    ...{ keptRows, prepared, askedFirst, askedLater: asked.length - askedFirst, direct, plain, epochs },
    ...{ filesWhileOpen, filesBehind: await countFiles() },
  };
}

self.onmessage = async ({ data }: MessageEvent<{ pictureCount: number; slots: number | null }>) => {
  self.postMessage(await run(data.pictureCount, data.slots));
};
