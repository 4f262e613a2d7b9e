/** The data set of the page: one immutable value, its history, and what follows from it. Kept across reloads. */

import { createStore } from 'zustand/vanilla';
import { findDuplicates } from '../../dataset/duplicates.ts';
import { createGroupKey } from '../../dataset/groups.ts';
import * as operations from '../../dataset/operations.ts';
import { assignSplits, checkTrainable, countSplits } from '../../dataset/split.ts';
import type { ClassId, Dataset, Finding, PictureId, SplitSettings } from '../../domain/dataset.ts';
import type { SplitName } from '../../domain/picture.ts';
import { toAppError } from '../../shared/errors.ts';
import { deletePicturesExcept, loadDataset, saveDataset } from '../../storage/storedDataset.ts';
import { type NoticeValues, notify, notifyError } from '../shell/notices.ts';
import { type History, record, stepBack, stepForward } from './history.ts';
import { enqueueSave, storageHealthStore } from './pictureBlobs.ts';

export interface DatasetState extends Omit<History<Dataset>, 'present'> {
  readonly dataset: Dataset;
  /** Until what was kept has been read. */
  readonly loading: boolean;
}

const SAVE_AFTER_MS = 400;
const LOCK_WITHIN_MS = 1500;

export const datasetStore = createStore<DatasetState>()(() => ({
  dataset: operations.emptyDataset(''),
  undo: [],
  redo: [],
  loading: true,
}));

// ---- keeping --------------------------------------------------------------------------------------------

let saveTimer: ReturnType<typeof setTimeout> | undefined;

function saveNow(): void {
  clearTimeout(saveTimer);
  saveTimer = undefined;
  // Asked for when its turn comes: what is saved is the newest.
  void enqueueSave(() => saveDataset(datasetStore.getState().dataset));
}

/**
 * Whether this tab may keep the data set. Only one may at a time: two would write over each other's set and delete
 * each other's pictures. Held until the tab ends.
 */
function lockDataset(): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    // Not at once: the page before a reload may need a moment to let go.
    const signal = AbortSignal.timeout(LOCK_WITHIN_MS);
    const hold = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    navigator.locks.request('headstart-dataset', { signal }, hold).catch(() => resolve(false));
  });
}

let started: Promise<void> | null = null;

/** Reads what was kept and keeps every change from now on. All who ask wait for the same start. */
export function startDataset(): Promise<void> {
  started ??= start();
  return started;
}

async function start(): Promise<void> {
  const isOurs = await lockDataset();
  if (!isOurs) {
    storageHealthStore.setState({ memoryOnly: true });
    notify({ kind: 'warning', messageKey: 'dataset:storage.otherTab', sticky: true, topic: 'storage' });
  }
  try {
    const kept = await loadDataset();
    if (kept) {
      datasetStore.setState({ dataset: kept });
      // Nothing to undo after a reload, so pictures outside the data set are of no more use.
      void enqueueSave(async () => {
        await deletePicturesExcept(kept.pictures.map(({ hash }) => hash));
      });
    }
  } catch (thrown) {
    notifyError(thrown);
    // What could not be read must not be written over; what this version does not understand lies beside by now.
    const { code } = toAppError(thrown);
    if (code !== 'recordUnreadable' && code !== 'recordFromLater')
      storageHealthStore.setState({ memoryOnly: true });
  }
  datasetStore.setState({ loading: false });
  datasetStore.subscribe((now, before) => {
    if (now.dataset === before.dataset || saveTimer !== undefined) return;
    saveTimer = setTimeout(saveNow, SAVE_AFTER_MS);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && saveTimer !== undefined) saveNow();
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
    const history = historyOf(datasetStore.getState());
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

/** Takes the last change back. */
export function undo(): void {
  const { undo: steps } = datasetStore.getState();
  const last = steps.at(-1);
  if (!last) return;
  setHistory(stepBack(historyOf(datasetStore.getState())));
  notify({
    kind: 'info',
    messageKey: 'dataset:change.undone',
    whatKey: last.labelKey,
    values: last.values,
    topic: 'datasetChange',
  });
}

/** Makes the change that was taken back last once more. */
export function redo(): void {
  const last = datasetStore.getState().redo.at(-1);
  if (!last) return;
  setHistory(stepForward(historyOf(datasetStore.getState())));
  notify({
    kind: 'info',
    messageKey: 'dataset:change.redone',
    whatKey: last.labelKey,
    values: last.values,
    topic: 'datasetChange',
  });
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

/** Renames a class; into one of the same name it merges. */
export function renameClass(id: ClassId, name: string): void {
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

// ---- derived --------------------------------------------------------------------------------------------

/** Remembers the answer for each data set that is still in use. */
function memoize<Answer>(derive: (dataset: Dataset) => Answer): (dataset: Dataset) => Answer {
  const answers = new WeakMap<Dataset, Answer>();
  return (dataset) => {
    const known = answers.get(dataset);
    if (known !== undefined) return known;
    const answer = derive(dataset);
    answers.set(dataset, answer);
    return answer;
  };
}

/** Which split each picture is in. */
export const splitsOf = memoize((dataset): ReadonlyMap<PictureId, SplitName> => assignSplits(dataset));

/** What speaks against training, errors first. */
export const findingsOf = memoize((dataset): readonly Finding[] =>
  checkTrainable(dataset, splitsOf(dataset)),
);

/** The same content in more than one place. */
export const duplicatesOf = memoize((dataset) => findDuplicates(dataset, splitsOf(dataset)));

/** Pictures per class and split, in the order of the classes. */
export const countsOf = memoize((dataset) => countSplits(dataset, splitsOf(dataset)));

/** True where folders say which pictures are for training, so that their splits can be used. */
export const hasFolderSplits = memoize(({ pictures }) =>
  pictures.some(({ folderSplit }) => folderSplit === 'train'),
);

/** True for a pattern that can be used. */
export function isGroupPattern(pattern: string): boolean {
  try {
    createGroupKey(pattern);
    return true;
  } catch {
    // Half-typed patterns are the normal case here; the field says what is wrong.
    return false;
  }
}

export interface GroupPreview {
  readonly groups: number;
  readonly matched: number;
  readonly total: number;
  /** A few of the groups' names. */
  readonly examples: readonly string[];
}

/** What a pattern would make of the names. @throws AppError groupPatternInvalid */
export function previewGroups({ pictures }: Dataset, pattern: string): GroupPreview {
  const keyOf = createGroupKey(pattern);
  const keys = pictures.flatMap(({ name }) => keyOf(name) ?? []);
  const groups = new Set(keys);
  return {
    groups: groups.size,
    matched: keys.length,
    total: pictures.length,
    examples: [...groups].slice(0, 3),
  };
}
