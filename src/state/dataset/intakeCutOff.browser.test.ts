import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import { drawPng } from '../../testing/fixtures/drawnFiles.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import { datasetStore, startDataset, undo } from './dataset.ts';
import { cancelIntake, dismissIntakeError, type IntakeTarget, intakeStore, takeFiles } from './intake.ts';

const workers = watchPageWorkers();
const MANY = 3000;
const INTO_FOLDERS: IntakeTarget = { kind: 'folders', looseClassName: 'my pictures' };

const pictures = () => datasetStore.getState().dataset.pictures;
const notices = () => noticesStore.getState().notices;
const shown = () => intakeStore.getState();

// The same bytes under many names are one picture in each class.
const large = await drawPng(900, '#123', 900);
const many = Array.from({ length: MANY }, (_, i) => ({ path: `class ${i}/a.png`, file: large }));
const one = (name: string, widthPx: number) =>
  drawPng(widthPx).then((file) => [{ path: `cats/${name}.png`, file }]);

/** Begins to take more than is read in a while, and waits until some of it is there. */
async function beginMany() {
  const taken = takeFiles(many, INTO_FOLDERS);
  await until(() => expect(pictures().length).toBeGreaterThan(0));
  return { taken };
}

await startDataset();

beforeEach(() => {
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  noticesStore.setState({ notices: [] });
});

describe('an intake that is cancelled', () => {
  it('keeps what has arrived, says how much, and takes it back by one undo', async () => {
    const { taken } = await beginMany();
    cancelIntake();
    expect(await taken).toBe(false);
    const arrived = pictures().length;
    expect(arrived).toBeLessThan(MANY);
    expect(shown()).toEqual({ phase: 'idle', done: 0, total: 0, remainingMs: null, error: null });
    expect(notices()).toMatchObject([
      { messageKey: 'dataset:intake.added.pictures', values: { count: arrived } },
    ]);
    // What the worker still had in hand does not come after all.
    await takeFiles(await one('next', 7), INTO_FOLDERS);
    expect(pictures()).toHaveLength(arrived + 1);
    undo();
    undo();
    expect(pictures()).toEqual([]);
  });

  it('takes those that wait behind it along, and says nothing of what never came', async () => {
    const { taken } = await beginMany();
    const waiting = takeFiles(await one('waiting', 8), INTO_FOLDERS);
    cancelIntake();
    expect([await taken, await waiting]).toEqual([false, false]);
    expect(pictures().some(({ name }) => name === 'waiting.png')).toBe(false);
    expect(notices()).toHaveLength(1);
    expect(shown()).toMatchObject({ phase: 'idle', error: null });
    noticesStore.setState({ notices: [] });
    const never = takeFiles(await one('never', 9), INTO_FOLDERS);
    cancelIntake();
    expect([await never, notices()]).toEqual([false, []]);
  });
});

describe('a second intake', () => {
  it('waits for the first, and each is one change', async () => {
    const file = large;
    const first = Array.from({ length: 30 }, (_, i) => ({ path: `class ${i}/a.png`, file }));
    const phases: string[] = [];
    const stop = intakeStore.subscribe(({ phase }) => phases.push(phase));
    const both = [takeFiles(first, INTO_FOLDERS), takeFiles(await one('second', 10), INTO_FOLDERS)];
    expect(await Promise.all(both)).toEqual([true, true]);
    stop();
    expect(pictures().map(({ name }) => name)).toEqual([
      ...Array.from({ length: 30 }, () => 'a.png'),
      'second.png',
    ]);
    // The page shows no end in between.
    expect(phases.indexOf('idle')).toBe(phases.length - 1);
    undo();
    expect(pictures()).toHaveLength(30);
    undo();
    expect(pictures()).toEqual([]);
  });
});

describe('an intake whose worker dies', () => {
  it('says so, keeps what has arrived, and the next one has a new worker', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const { taken } = await beginMany();
    workers.kill('intake');
    expect(await taken).toBe(false);
    expect(shown()).toMatchObject({ phase: 'idle', error: { code: 'workerDied' } });
    expect(error).toHaveBeenCalledOnce();
    error.mockRestore();
    const arrived = pictures().length;
    expect(arrived).toBeGreaterThan(0);
    expect(notices()).toMatchObject([{ values: { count: arrived } }]);

    dismissIntakeError();
    expect(shown().error).toBeNull();
    expect(await takeFiles(await one('after', 11), INTO_FOLDERS)).toBe(true);
    expect(pictures()).toHaveLength(arrived + 1);
  });

  it('has its error taken off the page by the next one that works', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const { taken } = await beginMany();
    workers.kill('intake');
    await taken;
    error.mockRestore();
    await takeFiles(await one('after', 12), INTO_FOLDERS);
    expect(shown().error).toBeNull();
  });
});
