/** Weights that the person brought: the list of them, more of them from files, and their end. */
import { createStore } from 'zustand/vanilla';
import weightsUrl from '../../compute/weights.worker.ts?worker&url';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import { startWorker } from '../../rpc/startWorker.ts';
import type { AddBackboneArgs, WeightsApi } from '../../rpc/weightsApi.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { askPersistent } from '../../storage/quota.ts';
import { deleteStoredBackbone, readBackbones } from '../../storage/storedBackbones.ts';
import { notify } from '../shell/notices.ts';
import { preferencesStore, setPreferences } from '../shell/preferences.ts';

export interface OwnBackbonesState {
  readonly status: 'idle' | 'ready' | 'failed';
  /** The last added first. */
  readonly backbones: readonly OwnBackbone[];
  readonly unreadableCount: number;
  /** A file that is being read. */
  readonly adding: { readonly name: string; readonly doneFraction: number } | null;
  /** Why the list could not be read, or the last file. */
  readonly error: AppError | null;
}

export const ownBackbonesStore = createStore<OwnBackbonesState>()(() => ({
  status: 'idle',
  backbones: [],
  unreadableCount: 0,
  adding: null,
  error: null,
}));

/** A file that tells nothing for so long has its reader turning in circles. */
const SILENT_MS = 60_000;

let cancel = new AbortController();

/** Errors end in the store. */
export async function loadOwnBackbones(): Promise<void> {
  try {
    const { records: backbones, unreadable } = await readBackbones();
    ownBackbonesStore.setState({ status: 'ready', backbones, unreadableCount: unreadable.length });
  } catch (thrown) {
    ownBackbonesStore.setState({ status: 'failed', error: toAppError(thrown) });
  }
}

/** Of one file, and then it ends. @throws AppError of the file; `cancelled`; `workerDied` */
async function readInWorker(args: AddBackboneArgs, signal: AbortSignal): Promise<OwnBackbone> {
  const client = createWorkerClient<WeightsApi>(() => startWorker(weightsUrl, 'weights'));
  const silent = new AbortController();
  const wait = () => setTimeout(() => silent.abort(), SILENT_MS);
  let timer = wait();
  try {
    return await client.call('addBackbone', args, {
      signal: AbortSignal.any([signal, silent.signal]),
      onProgress({ doneFraction }) {
        clearTimeout(timer);
        timer = wait();
        ownBackbonesStore.setState(({ adding }) => ({ adding: adding && { ...adding, doneFraction } }));
      },
    });
  } catch (thrown) {
    const place = args.files[0]?.name ?? '';
    throw silent.signal.aborted ? new AppError('weightsFileDamaged', { place }, { cause: thrown }) : thrown;
  } finally {
    clearTimeout(timer);
    client.terminate();
  }
}

/** One after the other: a second file waits for the person. Errors end in the store. @returns null where nothing came of it */
export async function addOwnBackbone(
  files: readonly File[],
  preprocessing: OwnBackbone['preprocessing'],
): Promise<OwnBackbone | null> {
  const [first] = files;
  if (ownBackbonesStore.getState().adding || !first) return null;
  cancel = new AbortController();
  ownBackbonesStore.setState({ adding: { name: first.name, doneFraction: 0 }, error: null });
  try {
    const addedAt = new Date().toISOString();
    const added = await readInWorker({ files, preprocessing, addedAt }, cancel.signal);
    askPersistent().catch((thrown: unknown) => console.warn('no answer about lasting storage', thrown));
    await loadOwnBackbones();
    return added;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'cancelled') ownBackbonesStore.setState({ error });
    return null;
  } finally {
    ownBackbonesStore.setState({ adding: null });
  }
}

export function cancelAdding(): void {
  cancel.abort();
}

export function dismissAddingError(): void {
  ownBackbonesStore.setState({ error: null });
}

/** Models that were made with them stay, and want them again to answer. @throws AppError storageUnavailable, storageBlocked */
export async function removeOwnBackbone({ fingerprint, fileName }: OwnBackbone): Promise<void> {
  await deleteStoredBackbone(fingerprint);
  // An engine that has them keeps them until it works with others.
  if (preferencesStore.getState().backbone === fingerprint) setPreferences({ backbone: null });
  await loadOwnBackbones();
  notify({ kind: 'info', messageKey: 'train:own.removed', values: { name: fileName } });
}
