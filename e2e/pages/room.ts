/** A browser without room: how much it may store is bounded, and what it believes to have is brought up to date. */
import type { Page } from '@playwright/test';

/** @returns bounds what `origin` may store for as long as the page lives; null: as the browser has it */
export async function boundRoom(
  page: Page,
  origin: string,
): Promise<(bytes: number | null) => Promise<void>> {
  // The browser forgets the bound with the session.
  const session = await page.context().newCDPSession(page);
  return async (bytes) => {
    const room = bytes === null ? {} : { quotaSize: bytes };
    await session.send('Storage.overrideQuotaForOrigin', { origin, ...room });
  };
}

/**
 * IndexedDB asks how much room there is only when more is written than it last heard of: something large is tried, in
 * small pieces, and has to be refused.
 * @param wholeBytes more than the page has ever been allowed
 * @throws Error where there is still room
 */
export async function noticeLackOfRoom(page: Page, wholeBytes: number): Promise<void> {
  const refused = await page.evaluate(
    (bytesToWrite) =>
      new Promise<string | null>((resolve, reject) => {
        const opening = indexedDB.open('filler', 1);
        opening.onupgradeneeded = () =>
          void opening.result.createObjectStore('filler', { autoIncrement: true });
        // There is no room for the database itself.
        opening.onerror = () => resolve(opening.error?.name ?? null);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('filler', 'readwrite');
          const store = transaction.objectStore('filler');
          for (let bytes = 0; bytes < bytesToWrite; bytes += 60_000) store.put(new Uint8Array(60_000));
          transaction.oncomplete = () => reject(new Error('there is still room'));
          transaction.onabort = () => {
            opening.result.close();
            resolve(transaction.error?.name ?? null);
          };
        };
      }),
    wholeBytes,
  );
  if (refused !== 'QuotaExceededError') throw new Error(`filling the room ended with ${refused}`);
}
