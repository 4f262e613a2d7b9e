import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BMP_TYPE, toBmp } from '../../dataset/binary/bmp.ts';
import { NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { createRandom } from '../../shared/random.ts';
import { inTransaction } from '../../storage/database.ts';
import { deletePicturesExcept, putPictures } from '../../storage/storedDataset.ts';
import { createTestEngine, drawPictures, type TestEngine } from '../../testing/engine/smallEngine.ts';
import { openActivations } from './activations.ts';
import { freshSessionOf } from './freshSession.ts';
import { openPictureFiles } from './pictureFiles.ts';
import { openPixelRows } from './pixelRows.ts';
import { findUnreadable } from './readableJob.ts';
import type { Session } from './session.ts';
import { targetOf } from './trainedPart.ts';

const SIZE_PX = 28;
const COUNT = 30;
const IN_BLOCK = 10;

/** Raw pixels, and among them two that a decoder has to read. */
async function drawAll(): Promise<readonly { hash: string; blob: Blob }[]> {
  const random = createRandom(4);
  const decoded = await drawPictures(2);
  return Array.from({ length: COUNT }, (_, i) => {
    const hash = `picture ${i}`;
    const other = decoded.pictures[i - 15]?.blob;
    if (other) return { hash, blob: other };
    const values = new Uint8Array(SIZE_PX * SIZE_PX * 3).map(() => random.next() * 256);
    const strides = { x: 3, y: SIZE_PX * 3, channel: 1 };
    const bytes = toBmp({ widthPx: SIZE_PX, heightPx: SIZE_PX, values, strides });
    return { hash, blob: new Blob([bytes], { type: BMP_TYPE }) };
  });
}

const drawn = await drawAll();
const inBlocks: readonly PictureRef[] = drawn.map(({ hash }) => ({ hash, blob: null }));
const examples: readonly TrainExample[] = drawn.map(({ hash }, i) => ({
  ...{ hash, classIndex: i % 2, split: i % 5 === 0 ? ('validation' as const) : ('train' as const) },
}));
const rows = Int32Array.from(examples, (_, row) => row);
const augmentation = { ...NO_AUGMENTATION, horizontalFlip: true, cropPaddingPx: 4, mixUp: 0.2 };

async function clear(): Promise<void> {
  await inTransaction(['dataset'], 'readwrite', ({ store }) => store.clear());
  await deletePicturesExcept([]);
}
async function keepAll(): Promise<void> {
  await clear();
  for (let first = 0; first < COUNT; first += IN_BLOCK)
    await putPictures(
      drawn.slice(first, first + IN_BLOCK).map((picture) => ({ ...picture, thumbnail: picture.blob })),
    );
}
/** As the browser does when it clears a site's data, or another tab. */
function loseBlock(): Promise<void> {
  return inTransaction(['pictureBlocks', 'pictureBlockBytes'], 'readwrite', async (all) => {
    const [, second] = await all.objectStore('pictureBlocks').getAllKeys();
    if (second === undefined) throw new Error('there is no second block');
    await all.objectStore('pictureBlocks').delete(second);
    await all.objectStore('pictureBlockBytes').delete(second);
  });
}

let engine: TestEngine;
let session: Session;
beforeAll(async () => {
  engine = await createTestEngine('wasm');
  session = freshSessionOf(engine.session, { backboneId: 'plain-cnn', inputSizePx: SIZE_PX });
});
afterAll(() => engine.close());
beforeEach(keepAll);
afterEach(clear);

const optionsOf = (pictures: readonly PictureRef[], signal = new AbortController().signal) => ({
  ...{ examples, pictures, augmentation, seed: 1, sizePx: SIZE_PX, signal },
});
function openRows(pictures: readonly PictureRef[], signal?: AbortSignal) {
  if (!session.ownInput) throw new Error('no input');
  return openPixelRows(session, session.ownInput, optionsOf(pictures, signal));
}
const context = () => ({ onProgress: () => undefined, signal: new AbortController().signal });

describe('a picture in a block', () => {
  it('comes to the same as one that is handed over', async () => {
    const both = [await openRows(drawn), await openRows(inBlocks)];
    const [handed, read] = await Promise.all(
      both.map(async (one) => {
        await one.prepare(rows, () => undefined);
        one.expect(rows, 2);
        return { plain: await one.plain(rows), training: await one.training(rows) };
      }),
    );
    expect(read).toEqual(handed);
    const args = { measured: drawn.map(({ hash }) => hash) };
    const found = await findUnreadable(session, { ...args, pictures: inBlocks }, context());
    expect(found.failed).toEqual([]);
    const expected = await findUnreadable(session, { ...args, pictures: drawn }, context());
    expected.colours?.mean.forEach((value, i) => {
      expect(found.colours?.mean[i]).toBeCloseTo(value, 3);
    });
  });

  it('comes to the same where pictures are decoded anew in each epoch', async () => {
    const target = targetOf(session, { nodes: session.plan.nodes }, 'float32');
    const close = await session.openTarget(target);
    const some = rows.slice(0, 12);
    const [handed, read] = await Promise.all(
      [drawn, inBlocks].map(async (pictures) => {
        const shape = [SIZE_PX, SIZE_PX, 3];
        const all = await openActivations({ ...optionsOf(pictures), pool: session.pool, target, shape });
        all.expect(some, 1);
        const values = [(await all.training(some)).values, await all.plain(some)];
        await all.close();
        return values;
      }),
    );
    await close();
    expect(read).toEqual(handed);
  });

  it('is told of by name where it has gone in between, and left out where that is asked', async () => {
    const open = await openRows(inBlocks);
    const files = openPictureFiles(inBlocks);
    expect((await files.open('picture 12')).size).toBe(drawn[12]?.blob.size);
    await loseBlock();
    await expect(open.prepare(rows, () => undefined)).rejects.toMatchObject({ code: 'notFound' });
    await expect(open.plain(rows.subarray(10, 11))).rejects.toMatchObject({
      ...{ code: 'notFound', details: { what: 'picture 10' } },
    });
    await expect(openPictureFiles(inBlocks).open('picture 11')).rejects.toMatchObject({ code: 'notFound' });
    await expect(files.open('never given')).rejects.toMatchObject({ code: 'notFound' });
    const { failed } = await findUnreadable(session, { pictures: inBlocks }, context());
    expect([...failed].sort()).toEqual(drawn.slice(10, 20).map(({ hash }) => hash));
  });

  it('is read no further once the job is cancelled, or asked to finish', async () => {
    const cancel = new AbortController();
    const cancelled = await openRows(inBlocks, cancel.signal);
    const reading = cancelled.prepare(rows, () => undefined);
    cancel.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    const finish = new AbortController();
    finish.abort();
    if (!session.ownInput) throw new Error('no input');
    const options = { ...optionsOf(inBlocks), finishSignal: finish.signal };
    const finished = await openPixelRows(session, session.ownInput, options);
    const done: number[] = [];
    await finished.prepare(rows, (count) => done.push(count));
    expect(done).toEqual([]);
  });
});
