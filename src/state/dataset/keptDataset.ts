/** The kept data set and this tab: read at the start, taken over from another tab, handed to one. */

import { createStore } from 'zustand/vanilla';
import { mergeDatasets } from '../../dataset/merge.ts';
import { emptyDataset } from '../../dataset/operations.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { toAppError } from '../../shared/errors.ts';
import { deletePicturesExcept, listPictures, loadDataset } from '../../storage/storedDataset.ts';
import { notify, notifyError } from '../shell/notices.ts';
import { amendAll, type History } from './history.ts';
import {
  hasUnsaved,
  type KeptSource,
  keepingStore,
  lastSaved,
  noteSaved,
  saveNow,
  setKeepingProblem,
  startKeeping,
} from './keeping.ts';
import { createOwnership, type Ownership, type OwnershipEvents, whileAlone } from './ownership.ts';
import { compareWithStored } from './pictureBlobs.ts';
import { setUnfinished, wasUnfinished } from './unfinished.ts';

/** The data set of the page, as this file needs it. */
export interface DatasetAccess extends KeptSource {
  /** Replaces the history by one made from it. */
  readonly update: (makeNext: (history: History<Dataset>) => History<Dataset>) => void;
  /** What was kept is there, or cannot be had. */
  readonly onLoaded: () => void;
}

/** How far the taking over has come. `waiting`: the other tab was asked, and may have to read files to their end. */
export type TakeOver = 'idle' | 'waiting' | 'notSaved' | 'silent';
export const takeOverStore = createStore<{ readonly takeOver: TakeOver }>(() => ({ takeOver: 'idle' }));

const OWNER_LOCK = 'headstart-dataset';
const OPEN_LOCK = 'headstart-open';

let access: DatasetAccess | null = null;
const busy = new Set<Promise<unknown>>();

/**
 * Pictures are added by `work`. The data set is not handed to another tab before it has ended, and a tab that dies before
 * all of it is saved leaves a mark.
 */
export function keepDatasetWhile(work: Promise<unknown>): void {
  const added = work.catch(() => undefined).then(saveNow);
  busy.add(added);
  setUnfinished(true);
  void added.then(() => {
    busy.delete(added);
    settle();
  });
}

/** Takes the mark away once all is saved. */
function settle(): void {
  if (busy.size === 0 && keepingStore.getState().problem === null && !hasUnsaved()) setUnfinished(false);
}

const OWNERSHIP_EVENTS: OwnershipEvents = {
  async letGo() {
    while (busy.size > 0) await Promise.allSettled([...busy]);
    await saveNow();
    return keepingStore.getState().problem === null && !hasUnsaved();
  },
  onLost() {
    setKeepingProblem('otherTab');
    notify({ kind: 'info', messageKey: 'dataset:storage.handedOver', sticky: true, topic: 'storage' });
  },
  onOurs(isAsked) {
    const taking = takeOverKept(isAsked ? 'takenOver' : 'otherTabGone');
    taking.catch(notifyError);
    // Another tab that asks at once gets it when this one has it whole.
    keepDatasetWhile(taking);
  },
  onRefused: (why) => takeOverStore.setState({ takeOver: why }),
};

let ownership: Ownership | null = null;

/** Reads what was kept and keeps every change from now on. Failures end in the notices. */
export async function openKeptDataset(to: DatasetAccess): Promise<void> {
  access = to;
  ownership = createOwnership(OWNER_LOCK, OWNERSHIP_EVENTS);
  const isOurs = await ownership.start();
  if (!isOurs) {
    setKeepingProblem('otherTab');
    notify({
      kind: 'warning',
      messageKey: 'dataset:storage.otherTab',
      sticky: true,
      topic: 'storage',
      action: { labelKey: 'dataset:storage.keepHere', run: keepHere },
    });
  }
  noteSaved(to.current());
  const found = await adoptKept(to);
  to.onLoaded();
  const looked = found === 'failed' ? Promise.resolve() : look(to, isOurs && found === 'kept');
  startKeeping(to, looked);
  keepingStore.subscribe(({ problem }, before) => {
    if (problem === null && before.problem !== null) settle();
  });
  await looked;
}

/** The button of a tab that does not keep its changes: asks the other tab, or reads once more what could not be read. */
export function keepHere(): void {
  if (keepingStore.getState().problem === 'unreadable') void takeOverKept('takenOver');
  else {
    takeOverStore.setState({ takeOver: 'waiting' });
    ownership?.ask();
  }
}

/** Puts what this tab has changed together with what is kept. */
async function adoptKept(to: DatasetAccess): Promise<'kept' | 'nothing' | 'failed'> {
  try {
    const base = lastSaved() ?? emptyDataset('');
    const kept = await loadDataset();
    // Where nothing was ever kept, nobody has changed anything.
    if (!kept) return 'nothing';
    if (JSON.stringify(kept) !== JSON.stringify(base)) {
      to.update((history) => amendAll(history, (value) => mergeDatasets(base, value, kept)));
      noteSaved(kept);
    }
    return 'kept';
  } catch (thrown) {
    notifyError(thrown);
    const { code } = toAppError(thrown);
    // What this version does not understand lies beside by now.
    if (code === 'recordUnreadable') {
      noteSaved(emptyDataset(''));
      return 'nothing';
    }
    // What could not be read must not be written over.
    setKeepingProblem('unreadable');
    return 'failed';
  }
}

async function takeOverKept(messageKey: 'takenOver' | 'otherTabGone'): Promise<void> {
  takeOverStore.setState({ takeOver: 'idle' });
  if (!access || (await adoptKept(access)) === 'failed') return;
  await compare(access);
  setKeepingProblem(null);
  notify({ kind: 'success', messageKey: `dataset:storage.${messageKey}`, topic: 'storage' });
  await saveNow();
  settle();
}

const hashesOf = ({ current }: DatasetAccess) => current().pictures.map(({ hash }) => hash);

/** Learns what is stored; before that, clears away the pictures that nothing lists any more. */
async function look(to: DatasetAccess, mayClear: boolean): Promise<void> {
  // After a reload there is nothing to undo, and no other tab that might.
  await whileAlone(OPEN_LOCK, async () => {
    if (wasUnfinished()) tellUnfinished();
    if (!mayClear) return;
    try {
      await deletePicturesExcept(hashesOf(to));
    } catch (thrown) {
      // They only take room.
      console.error(toAppError(thrown), thrown);
    }
  });
  await compare(to);
}

function tellUnfinished(): void {
  setUnfinished(false);
  notify({ kind: 'warning', messageKey: 'dataset:intake.cutOff', sticky: true, topic: 'cutOff' });
}

async function compare(to: DatasetAccess): Promise<void> {
  try {
    compareWithStored(hashesOf(to), await listPictures());
  } catch (thrown) {
    // Saving and reading will say so.
    console.error(toAppError(thrown), thrown);
  }
}
