/** Past runs: the list, which of them are laid side by side, and the keeping of those that became no model. */

import { createStore } from 'zustand/vanilla';
import type { StopReason } from '../../domain/curve.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { createRandomId } from '../../shared/randomId.ts';
import { deleteRun, readRuns, saveRun } from '../../storage/storedRuns.ts';
import { notify, notifyError } from '../shell/notices.ts';

/** More curves over each other cannot be told apart. */
export const MOST_COMPARED = 6;

/** Which place each chosen run has, 0 to `MOST_COMPARED` − 1; it keeps its number and colour until it is put back. */
export type ChosenRuns = Readonly<Record<string, number>>;

export interface RunsState {
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  /** The last started first. */
  readonly runs: readonly RunRecord[];
  readonly chosen: ChosenRuns;
  readonly error: AppError | null;
  /** Runs that lie here and cannot be read; they are left as they are. */
  readonly unreadableCount: number;
}

/** A run that became no model. */
export interface EndedRun
  extends Pick<
    RunRecord,
    'startedAt' | 'elapsedMs' | 'settings' | 'curve' | 'data' | 'arithmetic' | 'startedFrom' | 'networkTitle'
  > {
  readonly bestEpoch: number | null;
  readonly stopReason: Extract<StopReason, 'cancelled' | 'notFinite'>;
}

export const runsStore = createStore<RunsState>()(() => ({
  status: 'idle',
  runs: [],
  chosen: {},
  error: null,
  unreadableCount: 0,
}));

/** Reads the list. Errors end in the store. */
export async function loadRuns(): Promise<void> {
  if (runsStore.getState().status !== 'ready') runsStore.setState({ status: 'loading' });
  try {
    const { records: runs, unreadable } = await readRuns();
    const ids = new Set(runs.map(({ id }) => id));
    runsStore.setState(({ chosen }) => ({
      status: 'ready',
      runs,
      // Another tab may have deleted some.
      chosen: Object.fromEntries(Object.entries(chosen).filter(([id]) => ids.has(id))),
      error: null,
      unreadableCount: unreadable.length,
    }));
  } catch (thrown) {
    runsStore.setState({ status: 'failed', error: toAppError(thrown) });
  }
}

/**
 * Keeps a run that was cancelled or got out of hand. One that was cancelled before its first epoch ended tells
 * nothing and is not kept. Errors go to the notices: a line less in a list must not hide why the run ended.
 */
export async function keepRun(run: EndedRun): Promise<void> {
  if (run.stopReason === 'cancelled' && run.curve.length === 0) return;
  const { bestEpoch, ...rest } = run;
  try {
    await saveRun({
      ...rest,
      id: createRandomId(),
      modelId: null,
      bestEpoch: bestEpoch ?? 0,
      metrics: { validation: null, test: null },
    });
    if (runsStore.getState().status === 'ready') await loadRuns();
  } catch (thrown) {
    notifyError(thrown);
  }
}

/** Deletes a run and offers to undo it. @throws AppError of the storage */
export async function deleteKeptRun(id: string): Promise<void> {
  const run = runsStore.getState().runs.find((candidate) => candidate.id === id);
  await deleteRun(id);
  await loadRuns();
  if (!run) return;
  const restore = () => saveRun(run).then(loadRuns);
  notify({
    kind: 'info',
    messageKey: 'runs:deleted',
    values: { name: run.data.name || '–' },
    action: { labelKey: 'app:action.undo', run: () => void restore().catch(notifyError) },
  });
}

/** Lays a run beside the others, or puts it back. */
export function toggleRun(id: string): void {
  runsStore.setState(({ chosen }) => ({ chosen: toggled(chosen, id) }));
}

/** Puts all of them back. */
export function clearChosenRuns(): void {
  runsStore.setState({ chosen: {} });
}

/** With the run in the first free place, or without it; unchanged where all places are taken. */
export function toggled(chosen: ChosenRuns, id: string): ChosenRuns {
  if (id in chosen) {
    const { [id]: _place, ...others } = chosen;
    return others;
  }
  const taken = new Set(Object.values(chosen));
  for (let place = 0; place < MOST_COMPARED; place++) {
    if (!taken.has(place)) return { ...chosen, [id]: place };
  }
  return chosen;
}

/** A run laid beside others. */
export interface PlacedRun {
  readonly run: RunRecord;
  readonly place: number;
}

/** The chosen runs in the order of their places. */
export function chosenRuns({ runs, chosen }: Pick<RunsState, 'runs' | 'chosen'>): readonly PlacedRun[] {
  return runs
    .flatMap((run) => {
      const place = chosen[run.id];
      return place === undefined ? [] : [{ run, place }];
    })
    .sort((a, b) => a.place - b.place);
}
