/**
 * The pixels of all pictures of a run, to be read in any order: in memory, or where that would fill it in a file on the disk,
 * of which the system keeps in memory what it has room for.
 */
import { allocateBytes } from '../../shared/allocate.ts';
import { openScratchFile } from '../../storage/scratchFile.ts';

export interface PixelStore {
  /** @param pixels whole numbers, 0–255, as many as a slot has */
  write(slot: number, pixels: Float32Array | Uint8Array): void;
  /** From `at` on they stand in `bytes`, until the next call. */
  read(slot: number): { readonly bytes: Uint8Array; readonly at: number };
  close(): Promise<void>;
}

/** Of a run; more goes to the disk. */
const MOST_IN_MEMORY = 64e6;

function inMemory(slots: number, width: number): PixelStore {
  const bytes = allocateBytes(slots * width);
  return {
    write: (slot, pixels) => bytes.set(pixels, slot * width),
    read: (slot) => ({ bytes, at: slot * width }),
    close: async () => undefined,
  };
}

/**
 * @param width bytes of a slot
 * @param mostInMemory bytes, but for tests that of the app
 * @throws AppError `outOfMemory`, as `write` where the disk is full
 */
export async function openPixelStore(
  slots: number,
  width: number,
  mostInMemory = MOST_IN_MEMORY,
): Promise<PixelStore> {
  if (slots * width <= mostInMemory) return inMemory(slots, width);
  // Its numbers are of 16 bits.
  const words = new Uint16Array(Math.ceil(width / 2));
  const line = new Uint8Array(words.buffer);
  const file = await openScratchFile(words.length, slots);
  if (!file) return inMemory(slots, width);
  /** What found no room on the disk. */
  const others = new Map<number, Uint8Array>();
  let isFull = false;
  return {
    write(slot, pixels) {
      line.set(pixels);
      if (slot < file.slotCount && !isFull) {
        if (file.write(slot, words)) {
          others.delete(slot);
          return;
        }
        isFull = true;
      }
      const kept = others.get(slot) ?? allocateBytes(width);
      kept.set(pixels);
      others.set(slot, kept);
    },
    read(slot) {
      const other = others.get(slot);
      if (other) return { bytes: other, at: 0 };
      file.read(slot, words);
      return { bytes: line, at: 0 };
    },
    close: () => file.close(),
  };
}
