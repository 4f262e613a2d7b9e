/** For the test of pixels on the disk, for which a worker is needed: writes slots in any order, and reads them in another. */
import { openPixelStore } from '../../compute/jobs/pixelStore.ts';

export interface PixelStoreFacts {
  readonly read: readonly (readonly number[])[];
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

/** @param room slots that the disk has room for; null: as it is */
async function run(slots: number, width: number, room: number | null): Promise<PixelStoreFacts> {
  if (room !== null) {
    // Half of what is free may be used, in numbers of two bytes.
    const quota = room * Math.ceil(width / 2) * 2 * 2;
    Object.defineProperty(navigator.storage, 'estimate', { value: async () => ({ usage: 0, quota }) });
  }
  const store = await openPixelStore(slots, width, 0);
  const lineOf = (slot: number) => Uint8Array.from({ length: width }, (_, i) => (slot * 31 + i * 7) % 256);
  for (let slot = slots - 1; slot >= 0; slot--) store.write(slot, lineOf(slot));
  store.write(0, Float32Array.from(lineOf(1)));
  const read = Array.from({ length: slots }, (_, slot) => {
    const { bytes, at } = store.read(slot);
    return [...bytes.slice(at, at + width)];
  });
  const filesWhileOpen = await countFiles();
  await store.close();
  return { read, filesWhileOpen, filesBehind: await countFiles() };
}

self.onmessage = async ({ data }: MessageEvent<{ slots: number; width: number; room: number | null }>) => {
  self.postMessage(await run(data.slots, data.width, data.room));
};
