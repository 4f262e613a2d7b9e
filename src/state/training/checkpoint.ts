/** A run survives its tab: its last state is kept while it learns, and offered again when no tab is training. */

import { createStore } from 'zustand/vanilla';
import type { CheckpointHeader, CheckpointRecord } from '../../domain/checkpoint.ts';
import { toAppError } from '../../shared/errors.ts';
import {
  deleteCheckpoint,
  loadCheckpoint,
  loadCheckpointHeader,
  saveCheckpoint,
} from '../../storage/storedCheckpoint.ts';
import { notify, notifyError } from '../shell/notices.ts';
import { LOCK_WITHIN_MS } from '../shell/tabLock.ts';

/** What a person is told of an interrupted run; its weights stay on the disk. */
export type InterruptedRun = CheckpointHeader;

/** null while there is none, or while a run goes on in any tab. */
export const interruptedStore = createStore<{ readonly interrupted: InterruptedRun | null }>(() => ({
  interrupted: null,
}));

const LOCK = 'headstart-training';

// ---- one tab at a time ----------------------------------------------------------------------------------

/** The right to write and to offer the checkpoint. */
export interface TrainingLock {
  /** False where another tab has it. */
  readonly isOurs: boolean;
  release(): void;
}

/** Locks the checkpoint for this tab until `release`, or until the tab ends. */
export function lockCheckpoint(): Promise<TrainingLock> {
  if (!('locks' in navigator)) return Promise.resolve({ isOurs: true, release: () => undefined });
  return new Promise((resolve) => {
    // Not at once: the page before a reload may need a moment to let go.
    const signal = AbortSignal.timeout(LOCK_WITHIN_MS);
    const hold = () => new Promise<void>((release) => resolve({ isOurs: true, release }));
    navigator.locks
      .request(LOCK, { signal }, hold)
      .catch(() => resolve({ isOurs: false, release: () => undefined }));
  });
}

// ---- offering -------------------------------------------------------------------------------------------

let looking: Promise<void> | null = null;

/**
 * Looks for an interrupted run. While one is alive, here or in another tab, nothing is offered; the answer comes
 * once it has ended, in whichever way.
 */
export function lookForInterrupted(): Promise<void> {
  looking ??= look().finally(() => {
    looking = null;
  });
  return looking;
}

async function look(): Promise<void> {
  try {
    if (!('locks' in navigator)) return await offer();
    const isFree = await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock) await offer();
      return lock !== null;
    });
    if (isFree) return;
    interruptedStore.setState({ interrupted: null });
    await navigator.locks.request(LOCK, offer);
  } catch (thrown) {
    // What cannot be read cannot be offered. That storage fails, the data set has said when the page was opened.
    console.warn('no look at interrupted runs', thrown);
    interruptedStore.setState({ interrupted: null });
  }
}

async function offer(): Promise<void> {
  interruptedStore.setState({ interrupted: await loadCheckpointHeader() });
}

/** Throws the interrupted run away, and offers to undo that. Errors end in the notices. */
export async function discardInterrupted(): Promise<void> {
  const { interrupted } = interruptedStore.getState();
  if (!interrupted) return;
  await underLock(async () => {
    const kept = await loadCheckpoint();
    if (kept?.startedAt !== interrupted.startedAt) return;
    await deleteCheckpoint(kept.startedAt);
    notify({
      kind: 'info',
      messageKey: 'train:resume.discarded',
      topic: 'interrupted',
      action: { labelKey: 'app:action.undo', run: () => void restore(kept) },
    });
  });
}

async function restore(checkpoint: CheckpointRecord): Promise<void> {
  await underLock(async () => {
    if (!(await loadCheckpoint())) await saveCheckpoint(checkpoint);
  });
}

async function underLock(work: () => Promise<void>): Promise<void> {
  const lock = await lockCheckpoint();
  try {
    if (lock.isOurs) await work();
    else tellElsewhere();
  } catch (thrown) {
    notifyError(thrown);
  } finally {
    lock.release();
    // Not waited for: while another tab trains, the answer comes when that run ends.
    void lookForInterrupted();
  }
}

/** Says why an interrupted run is not offered any more. */
export function tellElsewhere(): void {
  notify({ kind: 'info', messageKey: 'train:resume.elsewhere', topic: 'interrupted' });
}

// ---- keeping --------------------------------------------------------------------------------------------

export interface LatestWriter<Item> {
  /** Writes it as soon as no write is running; one that still waits is replaced. */
  write(item: Item): void;
  /** Drops what waits; resolves when no write is running. */
  stop(): Promise<void>;
}

/** One write at a time, and the newest item next. A failed write does not end it. */
export function createLatestWriter<Item>(
  save: (item: Item) => Promise<void>,
  onFailure: (thrown: unknown) => void,
): LatestWriter<Item> {
  let waiting: { readonly item: Item } | null = null;
  let writing: Promise<void> | null = null;
  const writeAll = async () => {
    for (let next = waiting; next; next = waiting) {
      waiting = null;
      await save(next.item).catch(onFailure);
    }
    writing = null;
  };
  return {
    write(item) {
      waiting = { item };
      writing ??= writeAll();
    },
    async stop() {
      waiting = null;
      await writing;
    },
  };
}

export interface CheckpointKeeper {
  keep(checkpoint: CheckpointRecord): void;
  /** The run needs it no more: deletes what was kept of it. Errors end in the log. */
  forget(startedAt: string): Promise<void>;
  /** Waits for the running write and lets other tabs have the checkpoint. */
  end(): Promise<void>;
}

/** Keeps the checkpoints of one run; nothing where another tab has the lock. */
export function createCheckpointKeeper(lock: TrainingLock): CheckpointKeeper {
  let isTold = false;
  const writer = createLatestWriter(saveCheckpoint, (thrown) => {
    const error = toAppError(thrown);
    console.error(error, error.cause ?? '');
    // The run goes on, and the next try may find room.
    if (isTold) return;
    isTold = true;
    const key = error.code === 'storageFull' ? 'notKeptFull' : 'notKept';
    notify({ kind: 'warning', messageKey: `train:resume.${key}`, sticky: true, topic: 'checkpoint' });
  });
  return {
    keep(checkpoint) {
      if (lock.isOurs) writer.write(checkpoint);
    },
    async forget(startedAt) {
      await writer.stop();
      if (!lock.isOurs) return;
      try {
        await deleteCheckpoint(startedAt);
      } catch (thrown) {
        // A run that is offered once too often does no harm; its model is not put at risk for that.
        console.error(thrown);
      }
    },
    async end() {
      await writer.stop();
      lock.release();
    },
  };
}
