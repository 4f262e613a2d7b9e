/** What a page and the service worker say to each other, and how a tab shows which version it runs. */

/** Page to service worker. `SKIP_WAITING` is Workbox's word; `COUNT_REFUSED` is answered through the port that comes with it. */
export type ToServiceWorker = { readonly type: 'SKIP_WAITING' | 'OPENED' | 'COUNT_REFUSED' };

/** Service worker to page: something in that tab asked for an address elsewhere. */
export interface AskedElsewhere {
  readonly type: 'ASKED_ELSEWHERE';
  readonly address: string;
}

const VERSION_LOCK = 'headstart-version ';

/**
 * Name of the lock that a tab holds for as long as it is open.
 * @param scriptUrl of the tab's first script: its name has a hash of all that the version is made of
 */
export function toVersionLock(scriptUrl: string): string {
  return VERSION_LOCK + scriptUrl;
}

/** The script that a lock was named after; null for other locks. */
export function fromVersionLock(name: string | undefined): string | null {
  return name?.startsWith(VERSION_LOCK) ? name.slice(VERSION_LOCK.length) : null;
}
