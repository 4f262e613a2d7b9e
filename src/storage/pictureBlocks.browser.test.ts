import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTransaction } from './database.ts';
import {
  deletePicturesExcept,
  getPictures,
  getThumbnails,
  listPictures,
  type PictureEntry,
  putPictures,
} from './storedDataset.ts';

/** One that is its own thumbnail. */
function small(hash: string, type = 'image/bmp'): PictureEntry {
  const blob = new Blob([`picture ${hash}`], { type });
  return { hash, blob, thumbnail: blob };
}

function large(hash: string): PictureEntry {
  return { ...small(hash), thumbnail: new Blob([`small ${hash}`], { type: 'image/webp' }) };
}

async function textsOf(blobs: ReadonlyMap<string, Blob>): Promise<Record<string, string>> {
  const texts = await Promise.all([...blobs].map(async ([hash, blob]) => [hash, await blob.text()] as const));
  return Object.fromEntries(texts);
}

function counts(): Promise<readonly number[]> {
  return inTransaction(['pictures', 'thumbnails', 'pictureBlocks', 'pictureBlockBytes'], 'readonly', (all) =>
    Promise.all([
      all.objectStore('pictures').count(),
      all.objectStore('thumbnails').count(),
      all.objectStore('pictureBlocks').count(),
      all.objectStore('pictureBlockBytes').count(),
    ]),
  );
}

async function clear(): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) => store.clear());
  await deletePicturesExcept([]);
}

beforeEach(clear);
afterEach(clear);

it('keeps small pictures in one record, large ones in their own, and finds both', async () => {
  await putPictures([small('a'), large('b'), small('c', 'image/png')]);
  await putPictures([small('d')]);
  expect(await counts()).toEqual([1, 1, 2, 2]);
  expect([...(await listPictures())].sort()).toEqual(['a', 'b', 'c', 'd']);
  const pictures = await getPictures(['d', 'c', 'b', 'a', 'none']);
  expect(await textsOf(pictures)).toEqual({
    ...{ a: 'picture a', b: 'picture b', c: 'picture c', d: 'picture d' },
  });
  expect(pictures.get('c')?.type).toBe('image/png');
  expect(await textsOf(await getThumbnails(['a', 'b']))).toEqual({ a: 'picture a', b: 'small b' });
});

it('takes single pictures out of a record for good, and leaves the others', async () => {
  await putPictures([small('a'), small('secret'), small('c')]);
  await putPictures([small('d')]);
  expect(await deletePicturesExcept(['a', 'c', 'unknown'])).toBe(2);
  expect([...(await listPictures())].sort()).toEqual(['a', 'c']);
  expect(await textsOf(await getPictures(['a', 'secret', 'c', 'd']))).toEqual({
    ...{ a: 'picture a', c: 'picture c' },
  });
  const left = await inTransaction(['pictureBlockBytes'], 'readonly', ({ store }) => store.getAll());
  expect(left.map((bytes) => new TextDecoder().decode(bytes))).toEqual(['picture apicture c']);
});

it('never takes one picture for another where another tab has changed the records', async () => {
  await putPictures([small('a'), small('b')]);
  expect((await listPictures()).size).toBe(2);
  // As another tab does: this one still knows where `b` was.
  await inTransaction(['pictureBlocks', 'pictureBlockBytes'], 'readwrite', async (all) => {
    const [key] = await all.objectStore('pictureBlocks').getAllKeys();
    if (key === undefined) throw new Error('nothing was kept');
    await Promise.all([
      all.objectStore('pictureBlocks').delete(key),
      all.objectStore('pictureBlockBytes').delete(key),
    ]);
  });
  expect((await getPictures(['a', 'b'])).size).toBe(0);
  expect((await listPictures()).size).toBe(0);
});
