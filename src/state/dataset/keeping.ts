/** Saving: the bytes of pictures first, then the record that lists them. What fails is said, and tried again. */

import { createStore } from 'zustand/vanilla';
import type { Dataset } from '../../domain/dataset.ts';
import type { ContentHash } from '../../domain/picture.ts';
import { toOwnBlob } from '../../domain/pictureBytes.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { type PictureEntry, putPictures, saveDataset } from '../../storage/storedDataset.ts';
import { notify } from '../shell/notices.ts';
import { forgetPictures, isUnsaved, noteStored, unsavedAmong } from './pictureBlobs.ts';

/** Why changes stay in this tab's memory: no room, no storage, a record that cannot be read, another tab. */
export type KeepingProblem = 'full' | 'unavailable' | 'unreadable' | 'otherTab';

export interface KeepingState {
  readonly problem: KeepingProblem | null;
  /** Pictures of the data set that a reload would lose; counted while there is a problem. */
  readonly unsaved: number;
}

/** What is to be saved. */
export interface KeptSource {
  readonly current: () => Dataset;
  /** Takes pictures out whose files have changed or gone before they were stored, and says so. */
  readonly leaveOut: (hashes: ReadonlySet<ContentHash>) => void;
}

const SAVE_AFTER_MS = 400;
/** Room may come back at any time, by this tab or by anything else on the device. */
const RETRY_AFTER_MS = 5000;
/** More are never kept together. */
const MOST_AT_ONCE = 512;
/** While pictures keep coming, the record follows so soon. */
const RECORD_AFTER_MS = 1000;
/** And no sooner than its writing may cost: a tenth of the time. */
const RECORD_COST = 10;

export const keepingStore = createStore<KeepingState>(() => ({ problem: null, unsaved: 0 }));

let source: KeptSource | null = null;
/** Resolves once it is known what lies on the disk. */
let ready: Promise<unknown> = Promise.resolve();
/** The value that the disk has, or that this tab began with; null while the disk has only a part of it. */
let saved: Dataset | null = null;
/** Hashes that the record on the disk lists. */
let listed: ReadonlySet<ContentHash> = new Set();
let timer: ReturnType<typeof setTimeout> | undefined;
let saving: Promise<void> | null = null;
let isAskedAgain = false;
/** That the last record took to be written. */
let recordMs = 0;

/** Begins to save on `scheduleSave`. @param whenReady saving waits for it */
export function startKeeping(from: KeptSource, whenReady: Promise<unknown>): void {
  source = from;
  ready = whenReady;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && timer !== undefined) void saveNow();
  });
  window.addEventListener('beforeunload', (event) => {
    // What is in memory only would be gone. While all is well, the last moment's change is on its way.
    if (keepingStore.getState().problem !== null && hasUnsaved()) event.preventDefault();
  });
}

/** What the disk has; changes are measured against it. */
export function noteSaved(dataset: Dataset): void {
  saved = dataset;
  listed = new Set(dataset.pictures.map(({ hash }) => hash));
}

/** What this tab's changes began with, as far as it was saved whole. */
export function lastSaved(): Dataset | null {
  return saved;
}

/** Whether a reload would lose something. */
export function hasUnsaved(): boolean {
  return source !== null && source.current() !== saved;
}

/** Sets or ends what keeps this tab from saving. */
export function setKeepingProblem(problem: KeepingProblem | null): void {
  keepingStore.setState({ problem, unsaved: problem === null ? 0 : countUnsaved() });
}

/** Saves a moment later, once for all changes until then. */
export function scheduleSave(afterMs = SAVE_AFTER_MS): void {
  if (mayNotSave()) setKeepingProblem(keepingStore.getState().problem);
  else timer ??= setTimeout(() => void saveNow(), afterMs);
}

/** Saves what is there now; resolves when all of it was tried. Failures end in `keepingStore`. */
export function saveNow(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  isAskedAgain = true;
  saving ??= saveUntilDone().finally(() => {
    saving = null;
  });
  return saving;
}

async function saveUntilDone(): Promise<void> {
  await ready;
  while (isAskedAgain) {
    isAskedAgain = false;
    if (source && !mayNotSave()) tell(await saveOnce(source));
  }
}

function mayNotSave(): boolean {
  const { problem } = keepingStore.getState();
  return problem === 'otherTab' || problem === 'unreadable';
}

function countUnsaved(): number {
  return source?.current().pictures.filter(({ hash }) => !listed.has(hash)).length ?? 0;
}

/** @returns what failed first */
async function saveOnce(from: KeptSource): Promise<AppError | null> {
  let failure: AppError | null = null;
  try {
    await savePictures(from);
  } catch (thrown) {
    failure = toAppError(thrown);
  }
  try {
    // Also where a picture found no room: what is stored is listed.
    await saveRecord(from);
  } catch (thrown) {
    failure ??= toAppError(thrown);
  }
  return failure;
}

async function savePictures(from: KeptSource): Promise<void> {
  const begunAt = performance.now();
  // Where there was no room, one shows whether there is.
  let most = keepingStore.getState().problem === null ? MOST_AT_ONCE : 1;
  for (;;) {
    const hashes = from.current().pictures.map(({ hash }) => hash);
    const part = unsavedAmong(hashes, most);
    if (part.length === 0) return;
    if (performance.now() - begunAt > Math.max(RECORD_AFTER_MS, RECORD_COST * recordMs)) {
      isAskedAgain = true;
      return;
    }
    try {
      const gone = await putReadable(part);
      if (gone.size > 0) from.leaveOut(gone);
      most = Math.min(MOST_AT_ONCE, most * 2);
    } catch (thrown) {
      if (toAppError(thrown).code !== 'storageFull' || part.length === 1) throw thrown;
      most = Math.ceil(part.length / 4);
    }
  }
}

/** Lists no picture whose bytes are not stored. */
async function saveRecord(from: KeptSource): Promise<void> {
  const now = from.current();
  if (now === saved) return;
  const pictures = now.pictures.filter(({ hash }) => !isUnsaved(hash));
  const isWhole = pictures.length === now.pictures.length;
  const begunAt = performance.now();
  await saveDataset(isWhole ? now : { ...now, pictures });
  recordMs = performance.now() - begunAt;
  noteSaved(isWhole ? now : { ...now, pictures });
}

/** Keeps all of them but those whose file has changed or gone since. @returns those */
async function putReadable(entries: readonly PictureEntry[]): Promise<ReadonlySet<ContentHash>> {
  const hashes = entries.map(({ hash }) => hash);
  try {
    await putPictures(entries);
    noteStored(hashes);
    return new Set();
  } catch (thrown) {
    // One file that cannot be read fails the whole transaction, with an error that does not name it.
    if (toAppError(thrown).code !== 'storageUnavailable') throw thrown;
  }
  const gone = new Set<ContentHash>();
  for (const entry of entries) {
    if (await isReadable(entry)) {
      await putPictures([entry]);
      noteStored([entry.hash]);
    } else gone.add(entry.hash);
  }
  forgetPictures([...gone]);
  return gone;
}

async function isReadable({ hash, blob }: PictureEntry): Promise<boolean> {
  try {
    await toOwnBlob(blob).arrayBuffer();
    return true;
  } catch (thrown) {
    console.warn(`the picture ${hash} can no longer be read and is not kept`, thrown);
    return false;
  }
}

function tell(failure: AppError | null): void {
  const before = keepingStore.getState().problem;
  if (failure === null) {
    // With more to save, the next round tells.
    if (before === null || isAskedAgain) return;
    setKeepingProblem(null);
    notify({ kind: 'success', messageKey: 'dataset:storage.savedAgain', topic: 'storage' });
    return;
  }
  const problem = failure.code === 'storageFull' ? 'full' : 'unavailable';
  setKeepingProblem(problem);
  scheduleSave(RETRY_AFTER_MS);
  if (problem === before) return;
  console.error(failure, failure.cause ?? '');
  const { unsaved } = keepingStore.getState();
  const action = { labelKey: 'dataset:storage.tryAgain', run: () => void saveNow() };
  notify({
    kind: 'warning',
    messageKey: `dataset:storage.${problem}${unsaved > 0 ? '' : 'Changes'}`,
    values: { count: unsaved },
    sticky: true,
    topic: 'storage',
    action,
  });
}
