/** How much room is taken and promised, for the settings; asks for lasting storage once there is something to keep. */
import { createStore } from 'zustand/vanilla';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { countBeside } from '../../storage/besideRecords.ts';
import { askPersistent, estimateStorage, type StorageEstimate } from '../../storage/quota.ts';
import { clearFeatures } from '../../storage/storedFeatures.ts';
import { whileFeaturesRest } from './featureUse.ts';
import { notify, notifyError } from './notices.ts';

export interface StorageQuotaState {
  /** null until asked, and where the browser does not tell. */
  readonly estimate: StorageEstimate | null;
  readonly error: AppError | null;
  /** Data sets and trainings that could not be read and were put beside. */
  readonly besideCount: number;
}

export const storageQuotaStore = createStore<StorageQuotaState>(() => ({
  estimate: null,
  error: null,
  besideCount: 0,
}));

/** Asks the browser how full it is. */
export async function refreshStorage(): Promise<void> {
  try {
    const [estimate, besideCount] = await Promise.all([estimateStorage(), countBeside()]);
    storageQuotaStore.setState({ estimate, besideCount, error: null });
  } catch (thrown) {
    storageQuotaStore.setState({ error: toAppError(thrown) });
  }
}

/** False where the browser never says how much room there is, and promises nothing. */
export function tellsStorage(): boolean {
  // Absent in some engines, and outside secure contexts, whatever the type says.
  return (navigator.storage as StorageManager | undefined) !== undefined;
}

/** Asks the browser not to clear what is kept, and tells the answer. */
export async function askToPersist(): Promise<void> {
  try {
    const granted = await askPersistent();
    notify({
      kind: granted ? 'success' : 'info',
      messageKey: granted ? 'settings:storage.persistGranted' : 'settings:storage.persistDenied',
      topic: 'persist',
    });
    await refreshStorage();
  } catch (thrown) {
    notifyError(thrown);
  }
}

/** Deletes the kept features of all pictures, unless somebody works with them; they are computed again when needed. */
export async function deleteFeatures(): Promise<void> {
  try {
    const isDone = await whileFeaturesRest(clearFeatures);
    notify({
      kind: isDone ? 'success' : 'info',
      messageKey: isDone ? 'settings:storage.featuresDeleted' : 'settings:storage.featuresInUse',
      topic: 'features',
    });
    await refreshStorage();
  } catch (thrown) {
    notifyError(thrown);
  }
}
