import { describe, expect, it } from 'vitest';
import { createLatestWriter } from './checkpoint.ts';

/** A disk whose writes end when the test says so. */
function createSlowDisk() {
  const begun: string[] = [];
  const endings: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  return {
    begun,
    endings,
    save(item: string) {
      begun.push(item);
      return new Promise<void>((resolve, reject) => {
        endings.push({ resolve, reject });
      });
    },
  };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('createLatestWriter', () => {
  it('writes one at a time, and of those that wait the newest', async () => {
    const disk = createSlowDisk();
    const writer = createLatestWriter(disk.save, () => expect.fail('no write fails'));
    for (const item of ['a', 'b', 'c']) writer.write(item);
    await settled();
    expect(disk.begun).toEqual(['a']);
    disk.endings[0]?.resolve();
    await settled();
    expect(disk.begun).toEqual(['a', 'c']);
    disk.endings[1]?.resolve();
    await settled();
    writer.write('d');
    expect(disk.begun).toEqual(['a', 'c', 'd']);
  });

  it('tells a failure and goes on', async () => {
    const disk = createSlowDisk();
    const failures: unknown[] = [];
    const writer = createLatestWriter(disk.save, (thrown) => failures.push(thrown));
    writer.write('a');
    writer.write('b');
    disk.endings[0]?.reject('full');
    await settled();
    expect(failures).toEqual(['full']);
    expect(disk.begun).toEqual(['a', 'b']);
  });

  it('stops when no write is running, and drops what waits', async () => {
    const disk = createSlowDisk();
    const writer = createLatestWriter(disk.save, () => expect.fail('no write fails'));
    writer.write('a');
    writer.write('b');
    let isStopped = false;
    const stopping = writer.stop().then(() => {
      isStopped = true;
    });
    await settled();
    expect(isStopped).toBe(false);
    disk.endings[0]?.resolve();
    await stopping;
    expect(disk.begun).toEqual(['a']);
  });
});
