/** The data set of the page: one immutable value, its history, and what follows from it. Kept across reloads. */

import { createStore } from 'zustand/vanilla';
import * as operations from '../../dataset/operations.ts';
import type { ClassId, Dataset, DatasetClass, PictureId, SplitSettings } from '../../domain/dataset.ts';
import type { ContentHash } from '../../domain/picture.ts';
import { type NoticeValues, notify, notifyError } from '../shell/notices.ts';
import { settled } from './derived.ts';
import { amendAll, type History, record, type Step, stepBack, stepForward } from './history.ts';
import { scheduleSave } from './keeping.ts';
import { openKeptDataset } from './keptDataset.ts';

export interface DatasetState extends Omit<History<Dataset>, 'present'> {
  readonly dataset: Dataset;
  /** Until what was kept has been read. */
  readonly loading: boolean;
}

export const datasetStore = createStore<DatasetState>()(() => ({
  dataset: operations.emptyDataset(''),
  undo: [],
  redo: [],
  loading: true,
}));

// ---- keeping --------------------------------------------------------------------------------------------

let started: Promise<void> | null = null;

/** Reads what was kept and keeps every change from now on. All who ask wait for the same start. */
export function startDataset(): Promise<void> {
  started ??= openKeptDataset({
    current: () => datasetStore.getState().dataset,
    // A data set of an earlier version keeps the division that it has had.
    update: (makeNext) =>
      updateHistory((history) => {
        const next = makeNext(history);
        return { ...next, present: settled(next.present) };
      }),
    leaveOut,
    onLoaded() {
      datasetStore.setState({ loading: false });
      datasetStore.subscribe((now, before) => {
        if (now.dataset !== before.dataset) scheduleSave();
      });
    },
  });
  return started;
}

/** Their files have changed or gone while they were read: they are named instead of listed. */
function leaveOut(hashes: ReadonlySet<ContentHash>): void {
  const gone = datasetStore.getState().dataset.pictures.filter(({ hash }) => hashes.has(hash));
  const skipped = gone.map(({ path }) => ({ path, reason: 'changed', details: {} }) as const);
  updateHistory((history) =>
    amendAll(history, (value) => {
      const remaining = value.pictures.filter(({ hash }) => !hashes.has(hash));
      if (remaining.length === value.pictures.length) return value;
      return operations.addSkipped({ ...value, pictures: remaining }, skipped);
    }),
  );
  notify({
    kind: 'warning',
    messageKey: 'dataset:storage.changedFiles',
    values: { count: gone.length },
    sticky: true,
  });
}

// ---- changing -------------------------------------------------------------------------------------------

function historyOf({ dataset, undo, redo }: DatasetState): History<Dataset> {
  return { present: dataset, undo, redo };
}

/** Replaces the history by one made from it; for `arriving.ts`, whose change grows while it goes on. */
export function updateHistory(makeNext: (history: History<Dataset>) => History<Dataset>): void {
  setHistory(makeNext(historyOf(datasetStore.getState())));
}

function setHistory({ present, undo, redo }: History<Dataset>): void {
  datasetStore.setState({ dataset: present, undo, redo });
}

interface ChangeOptions {
  /** Says what was done, with a button that takes it back. */
  readonly announce?: boolean;
  readonly mergeWithLast?: boolean;
}

function change(
  labelKey: string,
  values: NoticeValues,
  makeNext: (dataset: Dataset) => Dataset,
  { announce = true, mergeWithLast = false }: ChangeOptions = {},
): void {
  try {
    const before = historyOf(datasetStore.getState());
    // Sliders pass by divisions that nobody asked for.
    const history = mergeWithLast ? before : { ...before, present: settled(before.present) };
    const next = makeNext(history.present);
    if (next === history.present) return;
    setHistory(record(history, next, labelKey, values, mergeWithLast));
  } catch (thrown) {
    notifyError(thrown);
    return;
  }
  if (!announce) return;
  const action = { labelKey: 'app:action.undo', run: undo };
  notify({ kind: 'info', messageKey: labelKey, values, topic: 'datasetChange', action });
}

/** What goes on behind a step while it grows: undone, it stops; done again, it goes on. Each tells whether it did. */
export interface StepWork {
  readonly stop: () => boolean;
  readonly goOn: () => boolean;
}

const works = new Map<number, StepWork>();

/** For `arriving.ts`: undo and redo of that step concern this work too. */
export function attachWork(stepId: number, work: StepWork): void {
  const { undo: done, redo: undone } = datasetStore.getState();
  const remembered = new Set([...done, ...undone].map(({ id }) => id));
  for (const id of works.keys()) if (!remembered.has(id)) works.delete(id);
  works.set(stepId, work);
}

/** Its work has come to its end. */
export function detachWork(stepId: number): void {
  works.delete(stepId);
}

function tellStep(messageKey: string, { labelKey, values }: Step<Dataset>): void {
  notify({ kind: 'info', messageKey, whatKey: labelKey, values, topic: 'datasetChange' });
}

/** Takes the last change back; one that still goes on is stopped. */
export function undo(): void {
  const last = datasetStore.getState().undo.at(-1);
  if (!last) return;
  const isStopped = works.get(last.id)?.stop() ?? false;
  setHistory(stepBack(historyOf(datasetStore.getState())));
  tellStep(isStopped ? 'dataset:change.undoneReading' : 'dataset:change.undone', last);
}

/** Makes the change that was taken back last once more; one that was stopped goes on. */
export function redo(): void {
  const last = datasetStore.getState().redo.at(-1);
  if (!last) return;
  setHistory(stepForward(historyOf(datasetStore.getState())));
  const goesOn = works.get(last.id)?.goOn() ?? false;
  tellStep(goesOn ? 'dataset:change.redoneReading' : 'dataset:change.redone', last);
}

function classNameOf(id: ClassId): string {
  return datasetStore.getState().dataset.classes.find((item) => item.id === id)?.name ?? '';
}

/** Adds an empty class; a number is put behind a name that is taken. */
export function addClass(wanted: string): void {
  const { dataset } = datasetStore.getState();
  let name = wanted;
  for (let count = 2; operations.findClass(dataset, name); count++) name = `${wanted} ${count}`;
  change('dataset:change.addClass', { name }, (now) => operations.withClass(now, name));
}

function otherOfName(id: ClassId, name: string): DatasetClass | null {
  const other = operations.findClass(datasetStore.getState().dataset, name);
  return other && other.id !== id ? other : null;
}

/** Whether another class bears it: renamed so, the two become one. */
export function isNameTaken(id: ClassId, name: string): boolean {
  return otherOfName(id, name) !== null;
}

/** Renames a class; into one of the same name it merges, which is said. */
export function renameClass(id: ClassId, name: string): void {
  const other = otherOfName(id, name);
  if (other) {
    const { pictures } = datasetStore.getState().dataset;
    const count = pictures.filter(({ classId }) => classId === id).length;
    change('dataset:change.renameMerged', { from: classNameOf(id), name: other.name, count }, (now) =>
      operations.withMergedClasses(now, [id], other.id),
    );
    return;
  }
  change('dataset:change.renameClass', { from: classNameOf(id), name }, (now) =>
    operations.withRenamedClass(now, id, name),
  );
}

export function mergeClasses(id: ClassId, into: ClassId): void {
  change('dataset:change.mergeClasses', { from: classNameOf(id), name: classNameOf(into) }, (now) =>
    operations.withMergedClasses(now, [id], into),
  );
}

export function deleteClass(id: ClassId): void {
  change('dataset:change.deleteClass', { name: classNameOf(id) }, (now) => operations.withoutClass(now, id));
}

export function movePictures(ids: readonly PictureId[], into: ClassId): void {
  change('dataset:change.movePictures', { count: ids.length, name: classNameOf(into) }, (now) =>
    operations.withMovedPictures(now, new Set(ids), into),
  );
}

export function deletePictures(ids: readonly PictureId[]): void {
  if (ids.length === 0) return;
  change('dataset:change.deletePictures', { count: ids.length }, (now) =>
    operations.withoutPictures(now, new Set(ids)),
  );
}

/** Sliders call this at every step: all steps in a row are one change. */
export function changeSplit(patch: Partial<SplitSettings>): void {
  change('dataset:change.split', {}, (now) => ({ ...now, split: { ...now.split, ...patch } }), {
    announce: false,
    mergeWithLast: true,
  });
}

export function clearSkipped(): void {
  change('dataset:change.clearSkipped', {}, (now) => ({ ...now, skipped: [] }));
}

/** Begins anew; can be undone until the page is reloaded. */
export function clearDataset(): void {
  change('dataset:change.clear', {}, () => operations.emptyDataset(''));
}

/** Writes the division of today down; for a training, after which it must not change any more. */
export function settleDataset(): Dataset {
  const dataset = settled(datasetStore.getState().dataset);
  if (dataset !== datasetStore.getState().dataset) datasetStore.setState({ dataset });
  return dataset;
}
