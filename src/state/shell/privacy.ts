/** Counts what left this origin since the page was opened, in the page and in all of its workers, and what was saved as a file. */
import { createStore } from 'zustand/vanilla';
import { followWorkers } from '../../rpc/startWorker.ts';
import { type OutsideEvent, watchOutside } from '../../shared/outsideRequests.ts';
import type { AskedElsewhere, ToServiceWorker } from '../../shared/serviceWorkerMessages.ts';

export interface PrivacyState {
  readonly events: readonly OutsideEvent[];
  /** Addresses elsewhere that the service worker saw this tab ask for. */
  readonly seen: readonly string[];
  /** Tries of the service worker itself, since this page asked first. */
  readonly refusedInServiceWorker: number;
  /** How many of `events` are downloads that the person asked for. */
  readonly downloads: number;
  /** Hosts that downloads came from in the end, where the address that was asked for led on to them. */
  readonly ledOnTo: readonly string[];
  /** Files that the person had the app save. */
  readonly savedFiles: number;
}

export const privacyStore = createStore<PrivacyState>(() => ({
  events: [],
  seen: [],
  refusedInServiceWorker: 0,
  downloads: 0,
  ledOnTo: [],
  savedFiles: 0,
}));

/** What the service worker said last; null until it has. */
let lastRefused: number | null = null;

/** Begins to count; before any worker is started. */
export function startPrivacyCount(): void {
  const add = (event: OutsideEvent) =>
    privacyStore.setState(({ events }) => ({ events: [...events, event] }));
  watchOutside(add);
  followWorkers(add);
  // One that comes later has refused nothing yet.
  if (navigator.serviceWorker?.controller) askServiceWorker();
  else lastRefused = 0;
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<AskedElsewhere>) => {
    if (data.type !== 'ASKED_ELSEWHERE') return;
    privacyStore.setState(({ seen }) => ({ seen: [...seen, data.address] }));
  });
}

/** A file that the person had fetched from elsewhere: the frame that does it is seen by no other witness. */
export function countDownload(address: string): void {
  privacyStore.setState(({ events, downloads }) => ({
    events: [...events, { kind: 'asked', address, isScript: false }],
    downloads: downloads + 1,
  }));
}

/** The download of `address` came from `end`. */
export function noteLedOn(address: string, end: string): void {
  if (!URL.canParse(end)) return;
  const { host } = new URL(end);
  if (host === new URL(address).host) return;
  privacyStore.setState(({ ledOnTo }) => ({ ledOnTo: [...ledOnTo, host] }));
}

/** One file more that went to the downloads. */
export function countSavedFile(): void {
  privacyStore.setState(({ savedFiles }) => ({ savedFiles: savedFiles + 1 }));
}

/** Asks the service worker, if there is one, what it was refused. */
export function askServiceWorker(): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<number>) => {
    port1.close();
    // It counts from when it woke: after a sleep it begins anew.
    const more = lastRefused === null ? 0 : data < lastRefused ? data : data - lastRefused;
    lastRefused = data;
    privacyStore.setState((now) => ({ refusedInServiceWorker: now.refusedInServiceWorker + more }));
  };
  const message: ToServiceWorker = { type: 'COUNT_REFUSED' };
  navigator.serviceWorker?.controller?.postMessage(message, [port2]);
}
