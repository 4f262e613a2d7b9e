/** A run survives its tab: its last state is kept while it learns, and offered again when no tab is training. */

import { createStore } from 'zustand/vanilla';
import type { CheckpointFate, CheckpointHeader } from '../../domain/checkpoint.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import {
  claimCheckpoint,
  deleteCheckpoint,
  loadCheckpointHeader,
  noteCheckpoint,
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

/** Thrown away in this tab, where that can still be undone. */
let discardedHere: string | null = null;

async function offer(): Promise<void> {
  const header = await loadCheckpointHeader();
  const isDiscarded = header?.fate?.kind === 'discarded';
  if (isDiscarded && header.startedAt !== discardedHere) await deleteCheckpoint(header.startedAt);
  interruptedStore.setState({ interrupted: isDiscarded ? null : header });
}

/** Throws the interrupted run away, and offers to undo that. Errors end in the notices. */
export async function discardInterrupted(): Promise<void> {
  const { interrupted } = interruptedStore.getState();
  if (!interrupted) return;
  const { startedAt, fate } = interrupted;
  await underLock(async () => {
    if ((await loadCheckpointHeader())?.startedAt !== startedAt) return;
    // Its weights stay until the tab is closed or the next run needs the place.
    await noteCheckpoint(startedAt, { fate: { kind: 'discarded' } });
    discardedHere = startedAt;
    notify({
      kind: 'info',
      messageKey: 'train:resume.discarded',
      topic: 'interrupted',
      action: { labelKey: 'app:action.undo', run: () => void restore(startedAt, fate) },
    });
  });
}

async function restore(startedAt: string, fate: CheckpointFate | undefined): Promise<void> {
  await underLock(() => noteCheckpoint(startedAt, { fate }));
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

/** What becomes of the checkpoint of one run, which the engine writes. Errors end in the log. */
export interface CheckpointKeeper {
  /** The engine may write: the lock is ours, and the storage knows it. */
  readonly isOurs: boolean;
  /** Why the engine could not write: told once, since the run goes on and the next try may find room. */
  tellNotKept(error: AppError): void;
  /** The run needs it no more: deletes what was kept of it. */
  forget(): Promise<void>;
  /** The run has ended, and can go on from what was kept. */
  note(change: Pick<CheckpointHeader, 'fate' | 'isHeadKept' | 'tries'>): Promise<void>;
  /** Lets other tabs have the checkpoint. */
  end(): void;
}

/** Claims the checkpoint for the run that started then; another tab's lock leaves it without. */
export async function createCheckpointKeeper(
  lock: TrainingLock,
  startedAt: string,
): Promise<CheckpointKeeper> {
  let isTold = false;
  const tellNotKept = (error: AppError) => {
    console.error(error, error.cause ?? '');
    if (isTold) return;
    isTold = true;
    const key = error.code === 'storageFull' ? 'notKeptFull' : 'notKept';
    notify({ kind: 'warning', messageKey: `train:resume.${key}`, sticky: true, topic: 'checkpoint' });
  };
  const isOurs = lock.isOurs && (await claimed(startedAt, tellNotKept));
  // A run that is offered once too often does no harm; its model is not put at risk for that.
  const ifPossible = async (work: () => Promise<void>) => {
    if (isOurs) await work().catch((thrown: unknown) => console.error(thrown));
  };
  return {
    isOurs,
    tellNotKept,
    forget: () => ifPossible(() => deleteCheckpoint(startedAt)),
    note: (change) => ifPossible(() => noteCheckpoint(startedAt, change)),
    end: () => lock.release(),
  };
}

async function claimed(startedAt: string, onFailure: (error: AppError) => void): Promise<boolean> {
  try {
    await claimCheckpoint(startedAt);
    return true;
  } catch (thrown) {
    onFailure(toAppError(thrown));
    return false;
  }
}
