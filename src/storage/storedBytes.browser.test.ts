import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { inTransaction } from './database.ts';
import { deletePicturesExcept, getPictures, putPictures } from './storedDataset.ts';

const ENTRY = {
  hash: 'h1',
  blob: new Blob(['a picture'], { type: 'image/png' }),
  thumbnail: new Blob(['small'], { type: 'image/webp' }),
};

/** As WebKit does in private windows: the request fails, and takes its transaction with it. */
function refuseBlobs(): { refused(): number } {
  let count = 0;
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (!(value instanceof Blob)) return put.call(this, value, key);
    count += 1;
    throw new DOMException('Error preparing Blob/File data to be stored in object store', 'UnknownError');
  });
  return { refused: () => count };
}

afterEach(() => vi.restoreAllMocks());
afterAll(() => deletePicturesExcept([]));

it('keeps the bytes of pictures where the browser keeps no blobs', async () => {
  const { refused } = refuseBlobs();
  await putPictures([ENTRY, { ...ENTRY, hash: 'h3' }]);
  // The smallest blob there is, alone: several that are refused together would block WebKit's database for good.
  expect(refused()).toBe(1);
  const kept = (await getPictures(['h1'])).get('h1');
  expect(await kept?.text()).toBe('a picture');
  expect(kept?.type).toBe('image/png');

  // From the next picture on it is not even tried.
  await putPictures([{ ...ENTRY, hash: 'h2' }]);
  expect(refused()).toBe(1);
  const keys = await inTransaction(['pictures'], 'readonly', ({ store }) => store.getAllKeys());
  // Other tests use the same database.
  expect(keys).toEqual(expect.arrayContaining(['h1', 'h2']));
});
