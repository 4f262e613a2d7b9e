import { afterAll, describe, expect, it, vi } from 'vitest';
import { getPictures } from '../../storage/storedDataset.ts';
import { enqueueSave, holdPictures, readPictures, storageHealthStore } from './pictureBlobs.ts';

const FILE_NAME = 'pictureBlobs-test.bin';
const entry = (hash: string, blob: Blob = new Blob([hash])) => ({
  hash,
  blob,
  thumbnail: new Blob(['small']),
});

async function write(text: string): Promise<File> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(FILE_NAME, { create: true });
  const writable = await handle.createWritable();
  await writable.write(text);
  await writable.close();
  return handle.getFile();
}

afterAll(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(FILE_NAME);
});

describe('pictures that are kept', () => {
  it('do not include a file that changed since, but all beside it', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const changed = await write('as it was dropped');
    await write('as it is now, longer than before');
    await expect(changed.arrayBuffer()).rejects.toThrow();
    // As thumbnail too: a private profile, as tests have, does not read a Blob until asked, so it would not fail.
    const unreadable = { ...entry('blobs-changed', changed), thumbnail: changed };
    holdPictures([entry('blobs-1'), unreadable, entry('blobs-2')]);
    await enqueueSave(async () => {});
    const hashes = ['blobs-1', 'blobs-changed', 'blobs-2'];
    expect([...(await getPictures(hashes)).keys()]).toEqual(['blobs-1', 'blobs-2']);
    expect(storageHealthStore.getState().memoryOnly).toBe(false);
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('blobs-changed'), expect.anything());
    warn.mockRestore();
  });

  it('are read together, from memory and from storage', async () => {
    await enqueueSave(async () => {});
    let release = () => {};
    void enqueueSave(() => new Promise((resolve) => (release = resolve)));
    holdPictures([entry('blobs-3')]);
    const found = await readPictures(['blobs-1', 'blobs-3', 'blobs-unknown']);
    expect([...found.keys()].sort()).toEqual(['blobs-1', 'blobs-3']);
    expect(await found.get('blobs-3')?.text()).toBe('blobs-3');
    release();
  });
});
