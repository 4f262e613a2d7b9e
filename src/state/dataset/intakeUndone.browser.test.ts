import { beforeEach, describe, expect, it } from 'vitest';
import { addPictures, emptyDataset } from '../../dataset/operations.ts';
import { drawPng, toZip } from '../../testing/fixtures/drawnFiles.ts';
import { until } from '../../testing/until.ts';
import { noticesStore } from '../shell/notices.ts';
import { addClass, changeSplit, datasetStore, deletePictures, redo, startDataset, undo } from './dataset.ts';
import { splitsOf } from './derived.ts';
import { cancelIntake, type IntakeTarget, intakeStore, takeFiles } from './intake.ts';

const MANY = 200;
const INTO_FOLDERS: IntakeTarget = { kind: 'folders', looseClassName: 'my pictures' };

const dataset = () => datasetStore.getState().dataset;
const pictures = () => dataset().pictures;
const keys = () =>
  noticesStore.getState().notices.map((one) => (one.error ? one.error.code : one.messageKey));
const steps = () => datasetStore.getState().undo.map(({ labelKey }) => labelKey);

// The same bytes under many names are one picture in each class.
const large = await drawPng(900, '#123', 900);
const many = Array.from({ length: MANY }, (_, i) => ({ path: `class ${i}/a.png`, file: large }));

const someCame = (more = 0) => until(() => expect(pictures().length).toBeGreaterThan(more));

await startDataset();

beforeEach(() => {
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  noticesStore.setState({ notices: [] });
});

describe('an undo in the middle of reading', () => {
  it('stops the reading and takes all of it back; a redo reads on to the last file', async () => {
    const before = dataset();
    const taken = takeFiles(many, INTO_FOLDERS);
    await someCame();
    undo();
    expect(dataset()).toBe(before);
    expect(keys()).toEqual(['dataset:change.undoneReading']);
    expect(await taken).toBe(false);
    expect([dataset(), intakeStore.getState().phase]).toEqual([before, 'idle']);
    // Nothing is said of pictures that are not there.
    expect(keys()).toEqual(['dataset:change.undoneReading']);

    redo();
    expect(pictures().length).toBeGreaterThan(0);
    expect(keys()).toEqual(['dataset:change.redoneReading']);
    await until(() => expect(keys()).toContain('dataset:intake.added.pictures'));
    expect(pictures()).toHaveLength(MANY);
    expect(new Set(pictures().map(({ classId }) => classId)).size).toBe(MANY);
    expect(noticesStore.getState().notices.at(-1)).toMatchObject({ values: { count: MANY } });
    expect(steps()).toEqual(['dataset:change.intake']);
    undo();
    expect(dataset()).toBe(before);
    redo();
    expect(pictures()).toHaveLength(MANY);
    expect(keys()).not.toContain('dataset:change.redoneReading');
  });

  it('and a redo at once, as by two quick keys, loses none', async () => {
    const taken = takeFiles(many, INTO_FOLDERS);
    await someCame();
    for (let time = 0; time < 3; time++) {
      undo();
      redo();
    }
    await taken;
    await until(() => expect(keys()).toContain('dataset:intake.added.pictures'));
    expect(pictures()).toHaveLength(MANY);
    expect(steps()).toEqual(['dataset:change.intake']);
  });

  it('does not bring back what was deleted after the redo', async () => {
    void takeFiles(many, INTO_FOLDERS);
    await someCame();
    undo();
    redo();
    deletePictures(pictures().map(({ id }) => id));
    await until(() => expect(keys()).toContain('dataset:intake.added.pictures'));
    expect(pictures().length).toBeLessThan(MANY);
    expect(pictures().some(({ path }) => path === 'class 0/a.png')).toBe(false);
  });

  it('of an earlier change can be done again when pictures have come meanwhile', async () => {
    addClass('birds');
    const taken = takeFiles(many, INTO_FOLDERS);
    // Before the first picture has come.
    undo();
    await someCame();
    redo();
    expect(dataset().classes.some(({ name }) => name === 'birds')).toBe(true);
    await taken;
    expect(pictures()).toHaveLength(MANY);
  });
});

describe('an intake that is cancelled', () => {
  it('has ended: a redo after its undo reads nothing more', async () => {
    const taken = takeFiles(many, INTO_FOLDERS);
    await someCame();
    cancelIntake();
    await taken;
    const arrived = pictures().length;
    undo();
    expect(pictures()).toEqual([]);
    redo();
    expect(pictures()).toHaveLength(arrived);
    expect(intakeStore.getState().phase).toBe('idle');
  });
});

describe('pictures that come with a pattern of groups, as the sample set does', () => {
  const target: IntakeTarget = { ...INTO_FOLDERS, groupPattern: '^[^_]+_(.+)\\.png$' };
  const own = (name: string) => ({
    ...{ hash: name, name, path: `own/${name}`, widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ className: 'own', folderSplit: null, burstId: null },
  });
  // Names that the pattern would put into one group.
  const names = Array.from({ length: 20 }, (_, i) => `img${i}_photo.png`);

  async function zipped() {
    const files = Array.from({ length: 6 }, async (_, i) => [
      `emoji/${i % 2 ? 'cats' : 'dogs'}/font${i}_${Math.floor(i / 2)}.png`,
      await drawPng(20 + i),
    ]);
    return [{ path: 'few.zip', file: await toZip(Object.fromEntries(await Promise.all(files))) }];
  }

  it('leave the division of the person’s own pictures to them, also when they are cancelled or taken back', async () => {
    datasetStore.setState({ dataset: addPictures(emptyDataset('own'), names.map(own)).dataset });
    changeSplit({ seed: 5 });
    const before = dataset();
    const splits = new Map(splitsOf(before));
    await takeFiles(await zipped(), target);
    expect(pictures()).toHaveLength(26);
    expect(dataset().split).toBe(before.split);
    // One emoji in two drawings stays in one split.
    const groups = pictures()
      .slice(20)
      .map(({ burstId }) => burstId);
    expect(groups).toEqual(['group 0', 'group 0', 'group 1', 'group 1', 'group 2', 'group 2']);
    undo();
    // But for the division, which is written down by then.
    expect({ ...dataset(), deals: undefined }).toEqual({ ...before, deals: undefined });
    expect(splitsOf(dataset())).toEqual(splits);

    const taken = takeFiles([...(await zipped()), ...many], target);
    await someCame(20);
    cancelIntake();
    await taken;
    expect(dataset().split).toBe(before.split);
    undo();
    expect({ ...dataset(), deals: undefined }).toEqual({ ...before, deals: undefined });
    expect(splitsOf(dataset())).toEqual(splits);
    // The slider’s change is a step of its own still.
    undo();
    expect(dataset().split.seed).toBe(1);
  });

  it('bring it along where there are no others, in one step with them', async () => {
    const before = dataset();
    await takeFiles(await zipped(), target);
    expect(dataset().split.groupPattern).toBe('^[^_]+_(.+)\\.png$');
    expect(steps()).toEqual(['dataset:change.intake']);
    undo();
    expect(dataset()).toBe(before);
  });
});
