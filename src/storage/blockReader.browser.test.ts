import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BlockPicture, openBlocks } from './blockReader.ts';
import { inTransaction } from './database.ts';
import {
  deletePicturesExcept,
  findPictures,
  getPictures,
  type PictureEntry,
  putPictures,
} from './storedDataset.ts';

/** As the intake hands them over: all in one blob. */
function packed(...names: readonly string[]): readonly PictureEntry[] {
  const parts = names.map((name) => `picture ${name}`);
  const pack = new Blob(parts);
  let end = 0;
  return names.map((hash, i) => {
    const begin = end;
    end += parts[i]?.length ?? 0;
    const blob = { pack, begin, end, type: 'image/bmp' };
    return { hash, blob, thumbnail: blob };
  });
}

async function clear(): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) => store.clear());
  await deletePicturesExcept([]);
}

beforeEach(clear);
afterEach(clear);

const textOf = ({ bytes }: BlockPicture) => new TextDecoder().decode(bytes);
async function walked(pictures: AsyncIterable<readonly BlockPicture[]>): Promise<string[][]> {
  const blocks: string[][] = [];
  for await (const block of pictures) blocks.push(block.map(textOf));
  return blocks;
}

it('gives the same bytes one by one and block by block, those of one blob too', async () => {
  await putPictures(packed('a', 'b', 'c').slice(1));
  await putPictures(packed('d', 'a'));
  const reader = await openBlocks();
  const singly = await reader.open(['a', 'c', 'none']);
  expect([...singly.keys()].sort()).toEqual(['a', 'c']);
  expect(await singly.get('c')?.text()).toBe('picture c');
  expect(singly.get('c')?.type).toBe('image/bmp');
  expect(await walked(reader.walk(['a', 'none', 'c', 'b']))).toEqual([
    ['picture a'],
    ['picture b', 'picture c'],
  ]);
});

it('finds those of a block that was written anew, and misses those that have gone', async () => {
  await putPictures(packed('a', 'b', 'c'));
  const reader = await openBlocks();
  await deletePicturesExcept(['a', 'c']);
  expect(await walked(reader.walk(['a', 'b', 'c']))).toEqual([['picture a', 'picture c']]);
  expect([...(await reader.open(['a', 'b'])).keys()]).toEqual(['a']);
});

it('says of small ones that they are there without reading them, and hands out large ones', async () => {
  const blob = new Blob(['large']);
  const large = { hash: 'large', blob, thumbnail: new Blob(['its thumbnail']) };
  await putPictures([...packed('a', 'b'), large]);
  const found = await findPictures(['b', 'large', 'none']);
  expect(found.get('b')).toBeNull();
  expect(await found.get('large')?.text()).toBe('large');
  expect(found.has('none')).toBe(false);
  expect([...(await getPictures(['a', 'large'])).keys()]).toEqual(['a', 'large']);
});
