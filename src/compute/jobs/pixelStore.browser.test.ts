import { afterEach, expect, it } from 'vitest';
import type { PixelStoreFacts } from '../../testing/engine/pixelStore.worker.ts';
import { openPixelStore } from './pixelStore.ts';

const SLOTS = 40;
const lineOf = (slot: number, width: number) =>
  Uint8Array.from({ length: width }, (_, i) => (slot * 31 + i * 7) % 256);

const workers: Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

function onDisk(width: number, room: number | null): Promise<PixelStoreFacts> {
  const url = new URL('../../testing/engine/pixelStore.worker.ts', import.meta.url);
  const worker = new Worker(url, { type: 'module' });
  workers.push(worker);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<PixelStoreFacts>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ slots: SLOTS, width, room });
  });
}

// With a length that fills whole numbers of 16 bits, and with one that does not; where the disk has room for all, and for few.
it.each([
  [27, null],
  [28, null],
  [28, 5],
])(
  'gives back what was written to the disk, and leaves no file: %i bytes, room for %j',
  async (width, room) => {
    const { read, filesWhileOpen, filesBehind } = await onDisk(width, room);
    expect(read[0]).toEqual([...lineOf(1, width)]);
    for (let slot = 1; slot < SLOTS; slot++) expect(read[slot]).toEqual([...lineOf(slot, width)]);
    expect([filesWhileOpen, filesBehind]).toEqual([1, 0]);
  },
);

// A page has no such files: the memory takes their place.
it.each([[undefined], [0]])(
  'gives back what was written to memory: at most %j bytes',
  async (mostInMemory) => {
    const width = 27;
    const store = await openPixelStore(SLOTS, width, mostInMemory);
    for (let slot = SLOTS - 1; slot >= 0; slot--) store.write(slot, lineOf(slot, width));
    store.write(3, Float32Array.from(lineOf(4, width)));
    const read = (slot: number) => {
      const { bytes, at } = store.read(slot);
      return bytes.slice(at, at + width);
    };
    for (const slot of [0, 39, 17, 17, 1]) expect(read(slot)).toEqual(lineOf(slot, width));
    expect(read(3)).toEqual(lineOf(4, width));
    await store.close();
  },
);
