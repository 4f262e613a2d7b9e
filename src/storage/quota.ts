/** How much room the browser gives, and the plea not to clear it: Safari deletes after 7 days without a visit. */
import { toStorageError } from './database.ts';

export interface StorageEstimate {
  /** Of everything this site keeps: database, weights, the app itself. */
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Whether the browser has promised not to clear it on its own. */
  readonly isPersistent: boolean;
}

/** null where the browser does not tell. @throws AppError storageUnavailable */
export async function estimateStorage(): Promise<StorageEstimate | null> {
  // Absent outside secure contexts, whatever the type says.
  const manager: StorageManager | undefined = navigator.storage;
  if (!manager) return null;
  try {
    const [{ usage, quota }, isPersistent] = await Promise.all([manager.estimate(), manager.persisted()]);
    return usage === undefined || quota === undefined
      ? null
      : { usedBytes: usage, quotaBytes: quota, isPersistent };
  } catch (thrown) {
    throw toStorageError(thrown);
  }
}

/**
 * Asks the browser not to clear what is kept. Only a page can ask; in a worker the answer is false.
 * @returns whether it promises
 * @throws AppError storageUnavailable
 */
export async function askPersistent(): Promise<boolean> {
  const manager: (StorageManager & { persist?: () => Promise<boolean> }) | undefined = navigator.storage;
  if (!manager?.persist) return false;
  try {
    return (await manager.persisted()) || (await manager.persist());
  } catch (thrown) {
    throw toStorageError(thrown);
  }
}
