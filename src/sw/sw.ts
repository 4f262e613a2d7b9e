/**
 * The service worker: keeps the built app for offline use. A new version waits until a person asks for it; what an older
 * one is made of stays until its last tab is closed.
 */
// First of all: nothing below may run before it.
import './lockDown.ts';

import { PrecacheController } from 'workbox-precaching/PrecacheController.js';
import { DOWNLOAD_HEADER, DOWNLOAD_PAGE } from '../shared/downloadFrame.ts';
import type { AskedElsewhere, ToServiceWorker } from '../shared/serviceWorkerMessages.ts';
import { fromVersionLock } from '../shared/serviceWorkerMessages.ts';
import { countRefused } from './lockDown.ts';

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: { readonly url: string; readonly revision: string | null }[];
};

/** Held while the cache is filled or tidied: a tidy must not take what an install has just found to be there. */
const CACHE_LOCK = 'headstart-precache';
const PAGE = 'index.html';
const FRAME_URL = new URL(DOWNLOAD_PAGE, self.registration.scope).href;
/** Names there carry a hash of the content: no two versions mean different things by one. */
const HASHED_FOLDER = new URL('assets/', self.registration.scope).href;

const precache = new PrecacheController();
precache.addToCacheList([...self.__WB_MANIFEST]);
const { strategy } = precache;

const isHere = (address: string) => address.startsWith(self.registration.scope);

/** True if each open tab shows by a lock that it runs this very version. */
async function isAloneHere(): Promise<boolean> {
  const everywhere = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const tabs = everywhere.filter(({ url }) => isHere(url));
  const { held = [] } = await self.navigator.locks.query();
  const known = new Set(precache.getCachedURLs());
  const ours = held.filter(({ name }) => known.has(fromVersionLock(name) ?? ''));
  return ours.length >= tabs.length;
}

/** Deletes what older versions were made of, unless one of them is still open or a newer one is on its way. */
async function tidy(): Promise<void> {
  if (!('locks' in self.navigator)) return;
  await self.navigator.locks.request(CACHE_LOCK, async () => {
    const { installing, waiting } = self.registration;
    if (installing || waiting || !(await isAloneHere())) return;
    const cache = await self.caches.open(strategy.cacheName);
    const needed = new Set(precache.getURLsToCacheKeys().values());
    for (const request of await cache.keys()) if (!needed.has(request.url)) await cache.delete(request);
  });
}

async function install(event: ExtendableEvent): Promise<void> {
  if ('locks' in self.navigator)
    await self.navigator.locks.request(CACHE_LOCK, async () => void (await precache.install(event)));
  else await precache.install(event);
}

/** What an older version was made of, for its tabs that are still open. */
async function answerOlder(request: Request): Promise<Response> {
  const cache = await self.caches.open(strategy.cacheName);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

/** The frame that downloads, with its policy as a header whatever its host sends: no script of the page can reach into it. */
async function answerFrame(event: FetchEvent): Promise<Response> {
  const response = await strategy.handle({ event, request: new Request(FRAME_URL) });
  const headers = new Headers(response.headers);
  headers.set('Content-Security-Policy', DOWNLOAD_HEADER);
  return new Response(response.body, { headers });
}

async function tell(clientId: string, message: AskedElsewhere): Promise<void> {
  (await self.clients.get(clientId))?.postMessage(message);
}

self.addEventListener('install', (event) => event.waitUntil(install(event)));

// Without a claim the tab of a first visit would ask the host for its parts, which may have a newer version by then.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim().then(tidy)));

self.addEventListener('message', (event) => {
  const { type } = event.data as ToServiceWorker;
  if (type === 'SKIP_WAITING') event.waitUntil(self.skipWaiting());
  else if (type === 'OPENED') event.waitUntil(tidy());
  else if (type === 'COUNT_REFUSED') event.ports[0]?.postMessage(countRefused());
});

self.addEventListener('fetch', (event) => {
  const { request, clientId } = event;
  if (new URL(request.url).origin !== self.location.origin) {
    // Not stopped here, that is the policy's business: counted.
    event.waitUntil(tell(clientId, { type: 'ASKED_ELSEWHERE', address: request.url }));
    return;
  }
  if (request.method !== 'GET') return;
  if (request.url === FRAME_URL) return event.respondWith(answerFrame(event));
  const url = request.mode === 'navigate' ? new URL(PAGE, self.registration.scope).href : request.url;
  if (precache.getCacheKeyForURL(url) !== undefined)
    event.respondWith(
      strategy.handle({ event, request: request.mode === 'navigate' ? new Request(url) : request }),
    );
  else if (url.startsWith(HASHED_FOLDER)) event.respondWith(answerOlder(request));
});
