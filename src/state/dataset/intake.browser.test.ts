import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import { loadDataset } from '../../storage/storedDataset.ts';
import { HOSTILE_CLASS } from '../../testing/fixtures/awkward.ts';
import { awkwardFolders, nameOf } from '../../testing/fixtures/awkwardFolders.ts';
import { drawBrokenSvg, drawPng, drawSvgFile, hashOf, toZip } from '../../testing/fixtures/drawnFiles.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import { datasetStore, startDataset, undo } from './dataset.ts';
import { type IntakeState, type IntakeTarget, intakeStore, takeFiles } from './intake.ts';
import { readPictures } from './pictureBlobs.ts';

const INTO_FOLDERS: IntakeTarget = { kind: 'folders', looseClassName: 'my pictures' };
const IDLE = { phase: 'idle', done: 0, total: 0, remainingMs: null, error: null };

const dataset = () => datasetStore.getState().dataset;
/** `class: name (split)` of every picture, as they came. */
function placed(): string[] {
  const { classes, pictures } = dataset();
  const nameOfClass = new Map(classes.map(({ id, name }) => [id, name]));
  return pictures.map(
    ({ classId, name, folderSplit }) =>
      `${nameOfClass.get(classId)}: ${name}${folderSplit ? ` (${folderSplit})` : ''}`,
  );
}
const notices = () => noticesStore.getState().notices;

/** What the page shows while `work` goes on. */
async function watch(work: () => Promise<unknown>): Promise<IntakeState[]> {
  const seen: IntakeState[] = [];
  const stop = intakeStore.subscribe((state) => seen.push(state));
  await work();
  stop();
  return seen;
}

await startDataset();

beforeEach(() => {
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  noticesStore.setState({ notices: [] });
});

describe('files on their way in', () => {
  it('go where their folders say, an archive too, and what lies in none where the caller says', async () => {
    const isComplete = await takeFiles(
      [
        { path: 'pets/train/cats/1.png', file: await drawPng(11) },
        { path: 'pets/test/dogs/2.png', file: await drawPng(12) },
        { path: 'pets.zip', file: await toZip({ 'train/birds/3.png': await drawPng(13) }) },
        { path: 'loose.png', file: await drawPng(14) },
      ],
      INTO_FOLDERS,
    );
    expect(isComplete).toBe(true);
    expect(placed()).toEqual([
      'cats: 1.png (train)',
      'dogs: 2.png (test)',
      'birds: 3.png (train)',
      'my pictures: loose.png',
    ]);
    expect(dataset().name).toBe('pets');
    expect(dataset().pictures.map(({ widthPx }) => widthPx)).toEqual([11, 12, 13, 14]);
    expect(notices()).toMatchObject([
      { kind: 'success', messageKey: 'dataset:intake.added.pictures', values: { count: 4 } },
    ]);
    expect(intakeStore.getState()).toEqual(IDLE);
  });

  it('go into the class that they fell on, whatever their folders say', async () => {
    const target = { kind: 'class', className: 'cats', burstId: 'burst 1' } as const;
    const entries = [
      { path: 'train/dogs/1.png', file: await drawPng(21) },
      { path: 'a.svg', file: drawSvgFile('#0a0') },
    ];
    await takeFiles(entries, target);
    expect(placed()).toEqual(['cats: 1.png', 'cats: a.svg']);
    expect(dataset().pictures.map(({ burstId }) => burstId)).toEqual(['burst 1', 'burst 1']);
  });

  it('are counted as they are read', async () => {
    const file = await drawPng(900, '#123', 900);
    const entries = Array.from({ length: 40 }, (_, i) => ({ path: `cats/${i}.png`, file }));
    const seen = await watch(() => takeFiles(entries, INTO_FOLDERS));
    const reading = seen.filter(({ phase }) => phase === 'reading');
    expect(reading[0]).toMatchObject({ done: 0, total: 40, remainingMs: null });
    expect(reading.at(-1)).toMatchObject({ done: 40, total: 40, remainingMs: 0 });
    const done = reading.map((state) => state.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.some((count) => count > 0 && count < 40)).toBe(true);
    expect(seen.at(-1)).toEqual(IDLE);
  });

  it('that hold the same once more are left out and counted', async () => {
    const cat = await drawPng(31);
    await takeFiles([{ path: 'cats/1.png', file: cat }], INTO_FOLDERS);
    await takeFiles(
      [
        { path: 'cats/copy.png', file: cat },
        { path: 'dogs/1.png', file: cat },
      ],
      INTO_FOLDERS,
    );
    // Of two classes only one can be right: which one, the person says.
    expect(placed()).toEqual(['cats: 1.png', 'dogs: 1.png']);
    expect(notices()).toMatchObject([
      { messageKey: 'dataset:intake.added.pictures_and_repeated', values: { count: 1, repeated: 1 } },
    ]);
    await takeFiles([{ path: 'cats/2.png', file: cat }], INTO_FOLDERS);
    expect(notices()).toMatchObject([{ kind: 'warning', messageKey: 'dataset:intake.added.repeated' }]);
  });

  it('that come to nothing are worth a word', async () => {
    expect(await takeFiles([{ path: 'cats/.DS_Store', file: new Blob(['x']) }], INTO_FOLDERS)).toBe(true);
    expect(notices()).toMatchObject([{ kind: 'warning', messageKey: 'dataset:intake.added.nothing' }]);
    expect(datasetStore.getState().undo).toEqual([]);
  });

  it('are kept with their bytes', async () => {
    const file = await drawPng(41);
    await takeFiles([{ path: 'cats/1.png', file }], INTO_FOLDERS);
    await until(async () => expect(await loadDataset()).toEqual(dataset()));
    const hash = await hashOf(file);
    const bytes = await (await readPictures([hash])).get(hash)?.arrayBuffer();
    expect(bytes).toEqual(await file.arrayBuffer());
  });
});

describe('files that cannot be read', () => {
  it('are named with their reasons, beside those that the browser would not open', async () => {
    const [folder] = await awkwardFolders();
    const gone = { path: 'cats/gone.png', reason: 'unreadable', details: {} } as const;
    await takeFiles(folder?.entries ?? [], INTO_FOLDERS, [gone]);
    const reasons = dataset().skipped.map(({ path, reason }) => [nameOf(path), reason]);
    expect(reasons[0]).toEqual(['gone.png', 'unreadable']);
    expect(Object.fromEntries(reasons)).toEqual({ ...folder?.leftOut, 'gone.png': 'unreadable' });
    const names = dataset().pictures.map(({ name }) => name);
    expect(names.sort()).toEqual([...(folder?.pictures ?? []), 'vector.svg'].sort());
    expect(notices()).toMatchObject([
      {
        kind: 'warning',
        messageKey: 'dataset:intake.added.pictures_and_skipped',
        values: { count: names.length, skipped: reasons.length },
      },
    ]);
    undo();
    expect([dataset().pictures, dataset().skipped]).toEqual([[], []]);
  });

  it('are told also where there is nothing else', async () => {
    await takeFiles([{ path: 'cats/a.png', file: new Blob() }], INTO_FOLDERS);
    expect(notices()).toMatchObject([{ messageKey: 'dataset:intake.added.skipped', values: { skipped: 1 } }]);
  });
});

describe('drawings', () => {
  it('are drawn by the page, and keep their place and the hash of their file', async () => {
    const svg = drawSvgFile('#00c');
    const entries = [
      { path: `top/test/${HOSTILE_CLASS}/a.svg`, file: svg },
      { path: 'top/train/cats/broken.svg', file: drawBrokenSvg() },
      { path: 'top/train/cats/1.png', file: await drawPng(51) },
    ];
    const seen = await watch(() => takeFiles(entries, INTO_FOLDERS));
    expect(placed()).toEqual(['cats: 1.png (train)', `${HOSTILE_CLASS}: a.svg (test)`]);
    expect(seen.find(({ phase }) => phase === 'drawing')).toMatchObject({ done: 0, total: 2 });
    expect(dataset().skipped).toEqual([
      { path: 'top/train/cats/broken.svg', reason: 'unreadable', details: {} },
    ]);
    const hash = await hashOf(svg);
    expect(dataset().pictures[1]).toMatchObject({ hash, widthPx: 512, heightPx: 256 });
    expect((await readPictures([hash])).get(hash)?.type).toBe('image/png');
    // The same drawing is the same picture.
    await takeFiles([{ path: `top/test/${HOSTILE_CLASS}/b.svg`, file: svg }], INTO_FOLDERS);
    expect(placed()).toHaveLength(2);
  });

  it('come all, however many there are', async () => {
    const entries = Array.from({ length: 45 }, (_, i) => ({
      path: `cats/${i}.svg`,
      file: drawSvgFile(`rgb(${i} 0 0)`),
    }));
    const seen = await watch(() => takeFiles(entries, INTO_FOLDERS));
    expect(placed()).toHaveLength(45);
    const drawing = seen.filter(({ phase }) => phase === 'drawing').map(({ done }) => done);
    expect(drawing).toEqual([0, 40]);
  });
});
