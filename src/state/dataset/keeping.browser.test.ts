import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import { inTransaction } from '../../storage/database.ts';
import { getPictures, listPictures, loadDataset } from '../../storage/storedDataset.ts';
import { onSmallDisk } from '../../testing/storage/disks.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import { type ArrivingPicture, beginIntake } from './arriving.ts';
import { datasetStore, startDataset, undo } from './dataset.ts';
import { keepingStore, saveNow } from './keeping.ts';
import { compareWithStored, missingPicturesStore, readPictures } from './pictureBlobs.ts';

const FILE_NAME = 'keeping-test.bin';
const picture = (hash: string, blob: Blob = new Blob([hash]), className = 'cats'): ArrivingPicture => ({
  ...{ hash, className, split: null, name: `${hash}.png`, path: `pets/${className}/${hash}.png` },
  ...{ blob, thumbnail: new Blob(['small']), widthPx: 1, heightPx: 1 },
});
const dataset = () => datasetStore.getState().dataset;
const names = () => dataset().pictures.map(({ name }) => name);

async function write(text: string): Promise<File> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(FILE_NAME, { create: true });
  const writable = await handle.createWritable();
  await writable.write(text);
  await writable.close();
  return handle.getFile();
}

/** What the record lists, and what of it has no bytes, as they are at one moment. */
function look(): Promise<{ readonly listed: number; readonly without: readonly string[] }> {
  return inTransaction(['dataset', 'pictures', 'thumbnails'], 'readonly', async (transaction) => {
    const kept = await transaction.objectStore('dataset').get('current');
    const bytes = new Set(await transaction.objectStore('pictures').getAllKeys());
    const small = new Set(await transaction.objectStore('thumbnails').getAllKeys());
    const hashes = kept?.pictures.map(({ hash }) => hash) ?? [];
    return { listed: hashes.length, without: hashes.filter((hash) => !bytes.has(hash) || !small.has(hash)) };
  });
}

await startDataset();

beforeEach(async () => {
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  noticesStore.setState({ notices: [] });
  await saveNow();
});
afterAll(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(FILE_NAME);
});

describe('the record of the data set', () => {
  it('lists at no moment a picture whose bytes are not stored, and all in the end', async () => {
    const step = beginIntake();
    const filling = new Uint8Array(4_000_000);
    const seen: number[] = [];
    for (let batch = 0; batch < 12; batch++) {
      step.add(
        [0, 1, 2].map((i) => picture(`order-${batch}-${i}`, new Blob([`${batch} ${i}`, filling]))),
        [],
        null,
      );
      // A save at every moment, also while one is going on.
      const saving = saveNow();
      if (batch % 4 === 3) await saving;
      const { listed, without } = await look();
      expect(without).toEqual([]);
      seen.push(listed);
    }
    await until(async () => expect(await look()).toEqual({ listed: 36, without: [] }));
    expect(await loadDataset()).toEqual(dataset());
    // It grew on the way: what is stored is listed at once.
    expect(seen.some((count) => count > 0 && count < 36)).toBe(true);
  });

  it('lists what is brought back by an undo', async () => {
    const step = beginIntake();
    step.add([picture('back-1'), picture('back-2')], [], null);
    await saveNow();
    datasetStore.setState({ dataset: emptyDataset('') });
    await saveNow();
    expect(await look()).toEqual({ listed: 0, without: [] });
    undo();
    step.end();
    datasetStore.setState({ dataset: emptyDataset('') });
    beginIntake().add([picture('back-1'), picture('back-2')], [], null);
    await saveNow();
    expect(await look()).toEqual({ listed: 2, without: [] });
  });
});

describe('a file that changed before it was stored', () => {
  it('is named among the files left out, and all beside it are kept', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const changed = await write('as it was dropped');
    await write('as it is now, longer than before');
    await expect(changed.arrayBuffer()).rejects.toThrow();
    // As thumbnail too: a private profile, as tests have, does not read a Blob until asked, so it would not fail.
    const unreadable = { ...picture('changed', changed), thumbnail: changed };
    beginIntake().add([picture('beside-1'), unreadable, picture('beside-2')], [], null);
    await saveNow();
    expect([...(await getPictures(['beside-1', 'changed', 'beside-2'])).keys()]).toEqual([
      'beside-1',
      'beside-2',
    ]);
    expect(names()).toEqual(['beside-1.png', 'beside-2.png']);
    expect(dataset().skipped).toEqual([{ path: 'pets/cats/changed.png', reason: 'changed', details: {} }]);
    await saveNow();
    expect(await loadDataset()).toEqual(dataset());
    expect(keepingStore.getState().problem).toBeNull();
    expect(noticesStore.getState().notices).toMatchObject([
      { messageKey: 'dataset:storage.changedFiles', values: { count: 1 } },
    ]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('changed'), expect.anything());
    warn.mockRestore();
  });
});

describe('pictures whose bytes are missing', () => {
  it('are told, are no copies when they are added again, and are whole afterwards', async () => {
    const step = beginIntake();
    step.add([picture('lost-1'), picture('lost-2'), picture('there')], [], null);
    await saveNow();
    await inTransaction(['pictures'], 'readwrite', ({ store }) => store.delete('lost-1'));
    await inTransaction(['thumbnails'], 'readwrite', ({ store }) => store.delete('lost-2'));
    compareWithStored(['lost-1', 'lost-2', 'there'], new Set(['there']));
    const missing = () => [...missingPicturesStore.getState().missing];
    expect(missing()).toEqual(['lost-1', 'lost-2']);
    // Listed they stay, whatever else changes: what was said once must not vanish.
    datasetStore.setState({ dataset: { ...dataset(), name: 'other' } });
    await saveNow();
    expect((await look()).listed).toBe(3);

    const again = beginIntake();
    again.add([picture('lost-1'), picture('lost-2'), picture('there')], [], null);
    expect(again.end()).toEqual({ pictures: 0, skipped: 0, repeated: 1, restored: 2 });
    expect(missing()).toEqual([]);
    await until(async () => expect(await look()).toEqual({ listed: 3, without: [] }));
  });
});

it('pictures are read together, from memory and from storage', async () => {
  beginIntake().add([picture('stored')], [], null);
  await saveNow();
  beginIntake().add([picture('held')], [], null);
  const found = await readPictures(['stored', 'held', 'unknown']);
  expect([...found.keys()].sort()).toEqual(['held', 'stored']);
  expect(await found.get('held')?.text()).toBe('held');
});

describe('small pictures that share a record', () => {
  it('end with a word to the person where there is no room for any', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    // What repeats itself, the database packs.
    const filling = crypto.getRandomValues(new Uint8Array(65_000));
    const small = Array.from({ length: 80 }, (_, i): ArrivingPicture => {
      const blob = new Blob([`${i}`, filling]);
      return { ...picture(`small-${i}`, blob), thumbnail: blob };
    });
    await onSmallDisk(10_000, async () => {
      beginIntake().add(small, [], null);
      await saveNow();
      expect(keepingStore.getState()).toEqual({ problem: 'full', unsaved: 80 });
      expect((await listPictures()).size).toBe(0);
    });
    await saveNow();
    expect(keepingStore.getState()).toEqual({ problem: null, unsaved: 0 });
    expect((await listPictures()).size).toBeGreaterThanOrEqual(80);
    vi.mocked(console.error).mockRestore();
  });
});
