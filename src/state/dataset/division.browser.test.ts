import { beforeEach, describe, expect, it } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import type { SplitName } from '../../domain/picture.ts';
import { loadDataset } from '../../storage/storedDataset.ts';
import { until } from '../../testing/until.ts';
import { type ArrivingPicture, beginIntake } from './arriving.ts';
import {
  changeSplit,
  datasetStore,
  deletePictures,
  movePictures,
  redo,
  settleDataset,
  startDataset,
  undo,
} from './dataset.ts';
import { splitsOf } from './derived.ts';

const dataset = () => datasetStore.getState().dataset;
const picture = (hash: string, className: string): ArrivingPicture => ({
  ...{
    hash: `division ${hash}`,
    className,
    split: null,
    name: `${hash}.png`,
    path: `${className}/${hash}.png`,
  },
  ...{ blob: new Blob([hash]), thumbnail: new Blob(['small']), widthPx: 3, heightPx: 2 },
});
const pictures = (from: string, count: number, className: string) =>
  Array.from({ length: count }, (_, i) => picture(`${from}${i}`, className));

/** @param batches as they come from the worker */
function take(...batches: readonly (readonly ArrivingPicture[])[]): void {
  const step = beginIntake();
  for (const batch of batches) step.add(batch, [], null);
  step.end();
}

function parts(): Record<string, SplitName | undefined> {
  const splits = splitsOf(dataset());
  return Object.fromEntries(dataset().pictures.map(({ id, hash }) => [hash, splits.get(id)]));
}

const idsOf = (count: number) =>
  dataset()
    .pictures.slice(0, count)
    .map(({ id }) => id);

await startDataset();

beforeEach(() => datasetStore.setState({ dataset: emptyDataset('division'), undo: [], redo: [] }));

describe('the division of a data set', () => {
  it('stays when pictures come, go and change their class, and lies in its record', async () => {
    take([...pictures('a', 60, 'cats'), ...pictures('b', 40, 'dogs')]);
    const before = parts();
    take(pictures('c', 20, 'cats'), pictures('d', 10, 'dogs'));
    expect(parts()).toMatchObject(before);
    const grown = parts();
    deletePictures(idsOf(25));
    const left = parts();
    expect(Object.keys(left)).toHaveLength(105);
    expect(grown).toMatchObject(left);
    movePictures(idsOf(9), dataset().classes[1]?.id ?? '');
    expect(parts()).toEqual(left);
    await until(async () => expect(await loadDataset()).toEqual(dataset()));
    expect((await loadDataset())?.deals).toMatchObject([{ seed: 1, parts: grown }]);
  });

  it('is the same however fast the pictures come', () => {
    const all = [...pictures('a', 50, 'cats'), ...pictures('b', 31, 'dogs')];
    take(all);
    const atOnce = parts();
    datasetStore.setState({ dataset: emptyDataset('division'), undo: [], redo: [] });
    take(all.slice(0, 3), all.slice(3, 60), all.slice(60));
    expect(parts()).toEqual(atOnce);
  });

  it('stays when a change is taken back that was made while pictures came', () => {
    take(pictures('a', 40, 'cats'));
    const before = parts();
    const step = beginIntake();
    step.add(pictures('b', 12, 'dogs'), [], null);
    movePictures(idsOf(20), dataset().classes[1]?.id ?? '');
    step.add(pictures('c', 25, 'dogs'), [], null);
    step.end();
    const after = parts();
    expect(after).toMatchObject(before);
    undo();
    expect(parts()).toEqual(after);
    redo();
    expect(parts()).toEqual(after);
    undo();
    undo();
    expect(parts()).toEqual(before);
  });

  it('is dealt anew on purpose, found again by the first seed, and taken back', () => {
    take(pictures('a', 50, 'cats'), pictures('b', 50, 'dogs'));
    take(pictures('c', 30, 'cats'));
    const first = parts();
    changeSplit({ seed: 2 });
    const second = parts();
    expect(second).not.toEqual(first);
    take(pictures('d', 20, 'dogs'));
    expect(parts()).toMatchObject(second);
    changeSplit({ seed: 1 });
    expect(parts()).toMatchObject(first);
    undo();
    undo();
    undo();
    expect(parts()).toEqual(first);
  });

  it('is written down for a training after its last change', () => {
    take(pictures('a', 30, 'cats'));
    changeSplit({ fractions: { train: 0.5, validation: 0.25, test: 0.25 } });
    const chosen = parts();
    expect(settleDataset().deals?.at(-1)).toMatchObject({ fractions: { train: 0.5 }, parts: chosen });
    take(pictures('b', 9, 'cats'));
    expect(parts()).toMatchObject(chosen);
  });
});
