/**
 * Room on the disk for numbers that a run needs again and again and nobody needs after it: a file in the origin's
 * private file system, written in place from a worker (https://fs.spec.whatwg.org, `createSyncAccessHandle`).
 */
import { createRandomId } from '../shared/randomId.ts';

/** Slots of one size, each holding 16-bit numbers. */
export interface ScratchFile {
  readonly slotCount: number;
  /** @returns false where it could not be written, as on a full disk: the slot then holds nothing of use */
  write(slot: number, values: Uint16Array<ArrayBuffer>): boolean;
  /** @param into written over and returned; new where it is left out */
  read(slot: number, into?: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer>;
  /** Gives the room back. */
  close(): Promise<void>;
}

const FOLDER = 'scratch';
/** Of what the browser still grants: the person's pictures and models must find room as well. */
const FRACTION_OF_FREE = 0.5;

/** How many of `wanted` slots find room. @returns 0 where the browser does not tell */
export async function slotsThatFit(slotBytes: number, wanted: number): Promise<number> {
  const manager: StorageManager | undefined = navigator.storage;
  // Older browsers have no such files, and no page has them outside of its workers.
  if (!manager || !('getDirectory' in manager)) return 0;
  if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return 0;
  try {
    const { usage = 0, quota = 0 } = await manager.estimate();
    return Math.max(0, Math.min(wanted, Math.floor(((quota - usage) * FRACTION_OF_FREE) / slotBytes)));
  } catch {
    // Some private windows refuse to answer; whoever asks computes again instead.
    return 0;
  }
}

/**
 * Removes what runs left behind that ended with their tab: it counts against the quota. Files of a run that goes on in
 * another tab are locked. Never fails.
 */
export async function sweepScratch(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER);
    for await (const name of folder.keys()) {
      await folder.removeEntry(name).catch(() => undefined);
    }
  } catch {
    // There is no such file system, or nothing was ever written.
  }
}

/**
 * A file with room for as many of `wanted` slots as the quota allows; in a worker only.
 * @param slotLength 16-bit numbers in each
 * @returns null where there is no such file system or no room
 */
export async function openScratchFile(slotLength: number, wanted: number): Promise<ScratchFile | null> {
  const slotBytes = slotLength * 2;
  await sweepScratch();
  const slotCount = await slotsThatFit(slotBytes, wanted);
  if (slotCount === 0) return null;
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const name = createRandomId();
    const file = await folder.getFileHandle(name, { create: true });
    const handle = await file.createSyncAccessHandle();
    return {
      slotCount,
      write(slot, values) {
        try {
          return handle.write(values, { at: slot * slotBytes }) === slotBytes;
        } catch (thrown) {
          console.warn('a run goes on without keeping more on the disk', thrown);
          return false;
        }
      },
      read(slot, values = new Uint16Array(slotLength)) {
        // What was never written must not come out as what was read before.
        if (handle.read(values, { at: slot * slotBytes }) !== slotBytes)
          throw new Error(`nothing lies in slot ${slot}`);
        return values;
      },
      async close() {
        handle.close();
        // Whoever comes next sweeps up; what was learned from it must not be lost over this.
        await folder.removeEntry(name).catch((thrown: unknown) => console.warn('left on the disk', thrown));
      },
    };
  } catch (thrown) {
    console.warn('no room beside the database', thrown);
    return null;
  }
}
