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

// First, since a browser that keeps no blobs is remembered.
it('takes a picture that cannot be kept for no lack of blobs', async () => {
  const failing = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('the file is gone', 'UnknownError');
  });
  await expect(putPictures([{ ...ENTRY, hash: 'h3' }])).rejects.toMatchObject({ code: 'storageUnavailable' });
  failing.mockRestore();
  await putPictures([{ ...ENTRY, hash: 'h4' }]);
  const kept = await inTransaction(['pictures'], 'readonly', ({ store }) => store.get('h4'));
  expect(kept).toBeInstanceOf(Blob);
});

it('keeps the bytes of pictures where the browser keeps no blobs', async () => {
  const { refused } = refuseBlobs();
  await putPictures([ENTRY]);
  // The picture, and the smallest blob there is.
  expect(refused()).toBe(2);
  const kept = (await getPictures(['h1'])).get('h1');
  expect(await kept?.text()).toBe('a picture');
  expect(kept?.type).toBe('image/png');

  // From the next picture on it is not even tried.
  await putPictures([{ ...ENTRY, hash: 'h2' }]);
  expect(refused()).toBe(2);
  const keys = await inTransaction(['pictures'], 'readonly', ({ store }) => store.getAllKeys());
  // Other tests use the same database.
  expect(keys).toEqual(expect.arrayContaining(['h1', 'h2']));
});
