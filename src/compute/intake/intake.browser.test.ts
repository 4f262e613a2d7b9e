import { BlobWriter, TextReader, BlobReader as ZipBlobReader, ZipWriter } from '@zip.js/zip.js';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { SkippedFile } from '../../domain/picture.ts';
import { createWorkerClient, type WorkerClient } from '../../rpc/client.ts';
import type { IntakeApi, IntakePicture, IntakeProgress } from '../../rpc/intakeApi.ts';
import { setSampleOf } from '../../testing/dataset/sample.ts';
import { tableBlob } from '../../testing/dataset/samples/parquet.ts';
import { zipOf } from '../../testing/dataset/samples/zip.ts';
import { TRAIN_TABLE } from '../../testing/dataset/tables.ts';
import { toExample, toTfRecords } from '../../testing/dataset/tfrecord.ts';
import { AWKWARD_FILES, HOSTILE_CLASS } from '../../testing/fixtures/awkward.ts';
import { awkwardFolders, isSeen, nameOf } from '../../testing/fixtures/awkwardFolders.ts';

const folders = await awkwardFolders();

interface Collected {
  readonly pictures: (IntakePicture & { readonly blob: Blob })[];
  readonly skipped: SkippedFile[];
  readonly toDraw: IntakeProgress['toDraw'][number][];
  readonly progress: IntakeProgress[];
}

let client: WorkerClient<IntakeApi> | null = null;
afterEach(() => {
  client?.terminate();
  client = null;
});

function startClient(): WorkerClient<IntakeApi> {
  client = createWorkerClient<IntakeApi>(
    () => new Worker(new URL('../intake.worker.ts', import.meta.url), { type: 'module' }),
  );
  return client;
}

function blobOf({ blob }: IntakePicture, { pack }: IntakeProgress): Blob {
  return blob instanceof Blob ? blob : (pack ?? new Blob()).slice(blob.begin, blob.end, blob.type);
}

async function read(
  entries: readonly FileEntry[],
  layout: 'folders' | 'flat' = 'folders',
): Promise<Collected> {
  const collected: Collected = { pictures: [], skipped: [], toDraw: [], progress: [] };
  const counts = await startClient().call(
    'readFiles',
    { entries, layout },
    {
      onProgress: (value) => {
        collected.progress.push(value);
        collected.pictures.push(
          ...value.pictures.map((picture) => ({ ...picture, blob: blobOf(picture, value) })),
        );
        collected.skipped.push(...value.skipped);
        collected.toDraw.push(...value.toDraw);
      },
    },
  );
  expect(counts).toEqual({ pictures: collected.pictures.length, skipped: collected.skipped.length });
  return collected;
}

async function draw(width: number, height: number, color: string, type = 'image/png'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return canvas.convertToBlob({ type });
}

/** Red, green and blue, row by row. */
async function pixelsOf(blob: Blob): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  const rgba = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? [];
  return Uint8Array.from(rgba).filter((_, index) => index % 4 < 3);
}

async function colorOf(blob: Blob): Promise<number[]> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context?.drawImage(bitmap, 0, 0, 1, 1);
  return [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
}

describe('readFiles on pictures made here', () => {
  it('reads class, split, hash, size and a small copy, in the order given', async () => {
    const red = await draw(640, 320, '#f00');
    const { pictures, skipped, progress } = await read([
      { path: 'data/train/red/1.png', file: red },
      { path: 'data/train/blue/1.jpg', file: await draw(20, 400, '#00f', 'image/jpeg') },
      { path: 'data/test/red/2.png', file: await draw(3, 2, '#f00') },
      { path: 'data/.DS_Store', file: new Blob(['x']) },
    ]);
    expect(skipped).toEqual([]);
    expect(
      pictures.map(({ path, className, split, widthPx, heightPx }) => [
        path,
        className,
        split,
        widthPx,
        heightPx,
      ]),
    ).toEqual([
      ['data/train/red/1.png', 'red', 'train', 640, 320],
      ['data/train/blue/1.jpg', 'blue', 'train', 20, 400],
      ['data/test/red/2.png', 'red', 'test', 3, 2],
    ]);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await red.arrayBuffer()));
    expect(pictures[0]?.hash).toBe([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    expect(pictures[0]?.name).toBe('1.png');
    const sizes = await Promise.all(
      pictures.map(async ({ thumbnail, blob }) => {
        const { width, height } = await createImageBitmap(thumbnail ?? blob);
        return [width, height];
      }),
    );
    expect(sizes).toEqual([
      [160, 80],
      [8, 160],
      [3, 2],
    ]);
    const last = progress.at(-1);
    expect([last?.done, last?.total, last?.remainingMs]).toEqual([3, 3, 0]);
  });

  it('lays white under transparent pictures', async () => {
    const [picture] = (await read([{ path: 'a.png', file: await draw(9, 9, 'rgba(0,0,0,0)') }])).pictures;
    expect(picture && (await colorOf(picture.thumbnail ?? new Blob()))).toEqual([255, 255, 255, 255]);
  });

  it('takes the hash of the original for what the page drew, and no class when asked for none', async () => {
    const entry = { path: 'cats/a.svg', file: await draw(9, 9, '#0f0'), originalHash: 'abc' };
    const [picture] = (await read([entry], 'flat')).pictures;
    expect(picture).toMatchObject({ hash: 'abc', className: null, split: null });
  });

  it('opens archives, names what is broken in them, and refuses archives within', async () => {
    const inner = new ZipWriter(new BlobWriter());
    await inner.add('cats/9.png', new ZipBlobReader(await draw(9, 9, '#0f0')));
    const innerZip = await inner.close();
    const writer = new ZipWriter(new BlobWriter());
    for (const name of ['data/cats/1.png', 'data/dogs/2.png', '__MACOSX/data/cats/._1.png']) {
      await writer.add(name, new ZipBlobReader(await draw(9, 9, '#0f0')));
    }
    await writer.add('data/cats/broken.png', new TextReader('\x89PNG no'));
    await writer.add('data/dogs/more.zip', new ZipBlobReader(innerZip));
    await writer.add('data/dogs/locked.png', new TextReader('secret'), { password: 'x' });
    const { pictures, skipped } = await read([
      { path: 'set.zip', file: await writer.close() },
      { path: 'cut.zip', file: innerZip.slice(0, 60) },
      { path: 'loose.png', file: await draw(9, 9, '#00f') },
    ]);
    expect(pictures.map(({ path, className }) => [path, className])).toEqual([
      ['set.zip/data/cats/1.png', 'cats'],
      ['set.zip/data/dogs/2.png', 'dogs'],
      ['loose.png', null],
    ]);
    expect(skipped.map(({ path, reason }) => [path, reason]).sort()).toEqual([
      ['cut.zip', 'archiveUnreadable'],
      ['set.zip', 'archiveEncrypted'],
      ['set.zip/data/cats/broken.png', 'notAPicture'],
      ['set.zip/data/dogs/more.zip', 'tooDeep'],
    ]);
  });

  it.each([
    ['cifar', 32, 32],
    ['idx', 7, 5],
    ['npy', 6, 4],
    ['npz', 5, 5],
  ] as const)('draws the pictures of %s as they were packed', async (id, widthPx, heightPx) => {
    const sample = setSampleOf({ id });
    const files = Object.entries(await sample.pack()).map(([path, file]) => ({ path: `set/${path}`, file }));
    const { pictures, skipped } = await read(files);
    expect(skipped.map(({ path }) => nameOf(path))).toEqual(id === 'cifar' ? ['readme.html'] : []);
    const found = pictures.map(({ className, split }) => [className, split]);
    expect(found).toEqual(sample.pictures.map(({ className, split }) => [className, split]));
    for (const [index, picture] of pictures.entries()) {
      expect([picture.widthPx, picture.heightPx]).toEqual([widthPx, heightPx]);
      expect(await pixelsOf(picture.blob)).toEqual(sample.pictures[index]?.content);
      // It is its own.
      expect(picture.thumbnail).toBeNull();
    }
  });

  it('opens tables of pictures, in an archive too, and names what a set lacks', async () => {
    const picture = await draw(9, 9, '#0f0');
    const record = toExample({ image: new Uint8Array(await picture.arrayBuffer()), label: [1] });
    const writer = new ZipWriter(new BlobWriter());
    await writer.add('a-test.tfrecord', new ZipBlobReader(toTfRecords([record, record.slice()])));
    const idx = await setSampleOf({ id: 'idx' }).pack();
    const { pictures, skipped } = await read([
      { path: 'a.zip', file: await writer.close() },
      { path: 'b.parquet', file: tableBlob(TRAIN_TABLE) },
      { path: 'train-images-idx3-ubyte', file: idx['raw/train-images-idx3-ubyte'] ?? new Blob() },
      { path: 'c/x.npz', file: await zipOf({ 'a.npy': new Blob(['no']) }) },
      { path: 'd/data_batch_1', file: new Blob(['cposix\nsystem\n.']) },
    ]);
    expect(pictures.map(({ path, className, split }) => [path, className, split])).toEqual([
      ['a.zip/a-test.tfrecord/0', '1', 'test'],
      ['a.zip/a-test.tfrecord/1', '1', 'test'],
    ]);
    expect(skipped.map(({ path, reason, details }) => [path, reason, details]).sort()).toEqual([
      // Its pictures are but heads.
      ...[0, 1, 2, 3, 4].map((index) => [`b.parquet/${index}`, 'unreadable', {}]),
      ['c/x.npz', 'setUnknown', {}],
      ['d/data_batch_1', 'pickleRefused', { name: 'posix.system' }],
      ['train-images-idx3-ubyte', 'setFileMissing', { name: 'train-labels-idx1-ubyte' }],
    ]);
  });

  it('stops at once when the call is dropped', async () => {
    const file = await draw(800, 800, '#123');
    const entries = Array.from({ length: 3000 }, (_, i) => ({ path: `cats/${i}.png`, file }));
    const abort = new AbortController();
    let seen = 0;
    const call = startClient().call(
      'readFiles',
      { entries, layout: 'folders' },
      {
        signal: abort.signal,
        onProgress: ({ done }) => {
          seen = done;
          if (done > 0) abort.abort();
        },
      },
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(3000);
  });

  it('keeps what is read when asked to finish early', async () => {
    const file = await draw(400, 400, '#123');
    const entries = Array.from({ length: 3000 }, (_, i) => ({ path: `cats/${i}.png`, file }));
    const finish = new AbortController();
    const counts = await startClient().call(
      'readFiles',
      { entries, layout: 'folders' },
      { finishSignal: finish.signal, onProgress: ({ done }) => done > 0 && finish.abort() },
    );
    expect(counts.pictures).toBeGreaterThan(0);
    expect(counts.pictures).toBeLessThan(3000);
  });
});

describe.each(folders)('readFiles on $title', ({ entries, pictures: expected, leftOut }) => {
  let result: Collected;
  beforeAll(async () => {
    result = await read(entries);
  });

  it('names every file that it cannot read', () => {
    expect(Object.fromEntries(result.skipped.map(({ path, reason }) => [nameOf(path), reason]))).toEqual(
      leftOut,
    );
    expect(result.toDraw.map(({ path, className }) => [nameOf(path), className])).toEqual([
      ['vector.svg', HOSTILE_CLASS],
    ]);
  });

  it('keeps every other picture, with a small copy that opens', async () => {
    expect(result.pictures.map(({ name }) => name)).toEqual(expected);
    for (const { thumbnail, blob, widthPx, heightPx } of result.pictures) {
      const [small, whole] = await Promise.all([
        createImageBitmap(thumbnail ?? blob),
        createImageBitmap(blob),
      ]);
      expect(Math.max(small.width, small.height)).toBeLessThanOrEqual(160);
      expect([whole.width, whole.height]).toEqual([widthPx, heightPx]);
    }
  });

  it('finds the same content twice, and gives folders as classes, HTML and all', () => {
    const of = (name: string) => result.pictures.find((picture) => picture.name === name);
    expect(of('duplicate.png')?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(of('duplicate.png')?.hash).toBe(of('duplicate-copy.png')?.hash);
    expect(new Set(result.pictures.map(({ className }) => className))).toEqual(
      new Set(['cats', HOSTILE_CLASS]),
    );
  });
});

it('readFiles measures every picture of our own awkward folder upright', async () => {
  const { pictures } = await read(folders[0]?.entries ?? []);
  const sizes = AWKWARD_FILES.flatMap(({ path, reading }) =>
    isSeen(reading) ? [[path, reading.widthPx, reading.heightPx]] : [],
  );
  expect(pictures.map(({ path, widthPx, heightPx }) => [path, widthPx, heightPx])).toEqual(sizes);
});
