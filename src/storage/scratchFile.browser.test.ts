import { afterEach, describe, expect, it } from 'vitest';
import type { ScratchOrder } from '../testing/storage/scratchFile.worker.ts';
import { openScratchFile, slotsThatFit } from './scratchFile.ts';

const workers: Worker[] = [];

function createWriter() {
  const worker = new Worker(new URL('../testing/storage/scratchFile.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  return (order: ScratchOrder) =>
    new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order);
    });
}

async function filesLeft(): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('scratch', { create: true });
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const root = await navigator.storage.getDirectory();
  await root.getDirectoryHandle('scratch', { create: true });
  const remove = () => root.removeEntry('scratch', { recursive: true });
  // The locks of an ended worker may outlive it by a moment.
  await expect.poll(() => remove().then(() => 'removed')).toBe('removed');
});

const slotOf = (first: number) => Uint16Array.from({ length: 1000 }, (_, i) => (first + i) % 65_536);

describe('a scratch file', () => {
  it('gives back what was written, slot by slot, and leaves nothing', async () => {
    const tell = createWriter();
    expect(await tell({ kind: 'open', slotLength: 1000, wanted: 5 })).toBe(5);
    for (const slot of [3, 0, 4]) {
      expect(await tell({ kind: 'write', slot, values: slotOf(slot * 20_000) })).toBe(true);
    }
    expect(await tell({ kind: 'write', slot: 0, values: slotOf(7) })).toBe(true);
    expect(await tell({ kind: 'read', slot: 3 })).toEqual(slotOf(60_000));
    expect(await tell({ kind: 'read', slot: 0 })).toEqual(slotOf(7));
    expect(await tell({ kind: 'read', slot: 4 })).toEqual(slotOf(80_000));
    expect(await filesLeft()).toHaveLength(1);
    await tell({ kind: 'close' });
    expect(await filesLeft()).toEqual([]);
  });

  it('takes no more than half of what is free', async () => {
    const tell = createWriter();
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    const half = (quota - usage) / 2;
    expect(await tell({ kind: 'fit', slotBytes: half / 10, wanted: 100 })).toBeGreaterThan(8);
    expect(await tell({ kind: 'fit', slotBytes: half / 10, wanted: 100 })).toBeLessThan(12);
    expect(await tell({ kind: 'fit', slotBytes: half / 10, wanted: 3 })).toBe(3);
    expect(await tell({ kind: 'fit', slotBytes: half * 2, wanted: 3 })).toBe(0);
    expect(await tell({ kind: 'open', slotLength: half, wanted: 3 })).toBeNull();
    expect(await slotsThatFit(1, 0)).toBe(0);
  });

  it('sweeps up behind a tab that was closed, but leaves that of another one', async () => {
    const other = createWriter();
    const dead = createWriter();
    await other({ kind: 'open', slotLength: 1000, wanted: 2 });
    await other({ kind: 'write', slot: 1, values: slotOf(1) });
    await dead({ kind: 'open', slotLength: 1000, wanted: 2 });
    expect(await filesLeft()).toHaveLength(2);
    workers[1]?.terminate();
    const tell = createWriter();
    await expect
      .poll(async () => {
        await tell({ kind: 'open', slotLength: 1000, wanted: 1 });
        const { length } = await filesLeft();
        await tell({ kind: 'close' });
        return length;
      })
      .toBe(2);
    expect(await other({ kind: 'read', slot: 1 })).toEqual(slotOf(1));
    await other({ kind: 'close' });
    expect(await filesLeft()).toEqual([]);
  });

  it('is not there outside of a worker', async () => {
    expect(await openScratchFile(1000, 1)).toBeNull();
  });
});
