import { expect, it } from 'vitest';
import { openPixelStore } from './pixelStore.ts';

const SLOTS = 40;

// In a page there is no such file system, so that the memory takes its place.
it.each([27, 28])('gives back what was written, in any order: %i bytes each', async (width) => {
  for (const mostInMemory of [undefined, 0]) {
    const store = await openPixelStore(SLOTS, width, mostInMemory);
    const lineOf = (slot: number) => Uint8Array.from({ length: width }, (_, i) => (slot * 31 + i * 7) % 256);
    for (let slot = SLOTS - 1; slot >= 0; slot--) store.write(slot, lineOf(slot));
    store.write(3, Float32Array.from(lineOf(4)));
    const read = (slot: number) => {
      const { bytes, at } = store.read(slot);
      return bytes.slice(at, at + width);
    };
    for (const slot of [0, 39, 17, 17, 1]) expect(read(slot)).toEqual(lineOf(slot));
    expect(read(3)).toEqual(lineOf(4));
    await store.close();
  }
});
