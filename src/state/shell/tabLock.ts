/** Locks between the tabs of one browser: only one tab at a time may write what all of them share. */

/** How long a tab waits for a lock: the page before a reload may need a moment to let go. */
export const LOCK_WITHIN_MS = 1500;

/**
 * Waits for the lock of that name.
 * @param onLost it went to another tab all the same, which can only be where the browser has no locks of its own
 * @returns what lets it go; null where `signal` ended the wait
 */
export function acquireLock(
  name: string,
  options: LockOptions = {},
  onLost?: () => void,
): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    let isHeld = false;
    const hold = () => {
      isHeld = true;
      return new Promise<void>((release) => resolve(release));
    };
    navigator.locks.request(name, options, hold).catch(() => {
      if (isHeld) onLost?.();
      else resolve(null);
    });
  });
}
