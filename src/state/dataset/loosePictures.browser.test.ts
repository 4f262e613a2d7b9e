import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import type { FileEntry } from '../../domain/fileEntry.ts';
import type { ReadPicture, SkippedFile } from '../../domain/picture.ts';
import { drawBrokenSvg, drawPng, drawSvgFile, hashOf, toZip } from '../../testing/fixtures/drawnFiles.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { until } from '../../testing/until.ts';
import { datasetStore, startDataset } from './dataset.ts';
import { takeFiles } from './intake.ts';
import { readLoosePictures } from './loosePictures.ts';

const workers = watchPageWorkers();
const large = await drawPng(900, '#321', 900);
const many = (count: number): FileEntry[] =>
  Array.from({ length: count }, (_, i) => ({ path: `class ${i}/${i}.png`, file: large }));

/** Begins to read; `pictures` and `skipped` fill as they come. */
function begin(entries: readonly FileEntry[]) {
  const pictures: ReadPicture[] = [];
  const skipped: SkippedFile[] = [];
  const cancel = new AbortController();
  const done = readLoosePictures(
    entries,
    { onPicture: (picture) => pictures.push(picture), onSkipped: (file) => skipped.push(file) },
    cancel.signal,
  );
  const someCame = () => until(() => expect(pictures.length).toBeGreaterThan(0));
  return { pictures, skipped, cancel, done, someCame };
}

await startDataset();
beforeEach(() => datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] }));

describe('pictures of no data set', () => {
  it('come one by one out of folders, archives and drawings, and into none', async () => {
    const svg = drawSvgFile('#0c0');
    const { pictures, skipped, done } = begin([
      { path: 'a.png', file: await drawPng(11) },
      { path: 'd.svg', file: svg },
      { path: 'more.zip', file: await toZip({ 'cats/b.png': await drawPng(12) }) },
      { path: 'folder/c.png', file: await drawPng(13) },
    ]);
    await done;
    expect(pictures.map(({ name, widthPx }) => [name, widthPx])).toEqual([
      ['a.png', 11],
      ['b.png', 12],
      ['c.png', 13],
      ['d.svg', 512],
    ]);
    expect(pictures[3]).toMatchObject({ hash: await hashOf(svg), blob: { type: 'image/png' } });
    expect(skipped).toEqual([]);
    expect(datasetStore.getState().dataset.pictures).toEqual([]);
  });

  it('are named with the reason where they cannot be read, drawings too', async () => {
    const { pictures, skipped, done } = begin([
      { path: 'broken.svg', file: drawBrokenSvg() },
      { path: 'empty.png', file: new Blob() },
      { path: 'notes.txt', file: new Blob(['no picture']) },
    ]);
    await done;
    expect(pictures).toEqual([]);
    expect(skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['empty.png', 'empty'],
      ['notes.txt', 'notAPicture'],
      ['broken.svg', 'unreadable'],
    ]);
  });

  it('stop when cancelled, and leave the reader of the data set alone', async () => {
    const { pictures, cancel, done, someCame } = begin(many(3000));
    const taken = takeFiles(many(20), { kind: 'folders', looseClassName: 'loose' });
    await someCame();
    cancel.abort();
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    const count = pictures.length;
    expect(await taken).toBe(true);
    expect(datasetStore.getState().dataset.pictures).toHaveLength(20);
    expect(pictures).toHaveLength(count);
  });

  it('are not even drawn when cancelled before', async () => {
    const { pictures, skipped, cancel, done } = begin([
      { path: 'a.svg', file: drawSvgFile('#00c') },
      { path: 'broken.svg', file: drawBrokenSvg() },
    ]);
    cancel.abort();
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect([pictures, skipped]).toEqual([[], []]);
  });

  it('fail by name when the worker dies, and the next ones have a new worker', async () => {
    const { done, someCame } = begin(many(3000));
    await someCame();
    workers.kill('intake');
    await expect(done).rejects.toMatchObject({ code: 'workerDied' });
    const next = begin([{ path: 'a.png', file: await drawPng(15) }]);
    await next.done;
    expect(next.pictures).toHaveLength(1);
  });
});
