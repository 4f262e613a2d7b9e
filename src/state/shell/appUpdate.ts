/**
 * New versions of the app: this tab shows which one it runs, says when there is a newer one, and reloads only when its
 * person asks for that and nothing is going on, here or in another tab.
 */
import { type ToServiceWorker, toVersionLock } from '../../shared/serviceWorkerMessages.ts';
import { isAtWork, onWorkChange, whenIdle } from '../../shared/work.ts';
import { notify, notifyError } from './notices.ts';

/** Shared by all tabs in which something is going on. */
const WORK_LOCK = 'headstart-at-work';
/** A new service worker takes over in a moment; a reload without it does no harm. */
const TAKE_OVER_WITHIN_MS = 5000;

let isChanging = false;
let isReloading = false;

/** Holds this tab's locks: one says which version it runs, the other whether something is going on. */
async function showInLocks(): Promise<void> {
  let isShown = false;
  const showWork = () => {
    if (isShown) return;
    isShown = true;
    void navigator.locks.request(WORK_LOCK, { mode: 'shared' }, async () => {
      await whenIdle();
      isShown = false;
    });
  };
  onWorkChange((isBusy) => isBusy && showWork());
  if (isAtWork()) showWork();
  await new Promise<void>((held) => {
    const hold = () => {
      held();
      return new Promise<never>(() => undefined);
    };
    void navigator.locks.request(toVersionLock(import.meta.url), { mode: 'shared' }, hold);
  });
}

async function isSomebodyAtWork(): Promise<boolean> {
  if (isAtWork()) return true;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === WORK_LOCK);
}

/** @throws DOMException AbortError */
async function whenNobodyWorks(signal: AbortSignal): Promise<void> {
  do {
    await whenIdle();
    signal.throwIfAborted();
    await navigator.locks.request(WORK_LOCK, { signal }, () => undefined);
    // Another tab that began meanwhile has waited behind this one.
  } while (await isSomebodyAtWork());
}

/** What the person's press on "Reload" does. */
async function changeVersion(registration: ServiceWorkerRegistration): Promise<void> {
  if (isChanging) return;
  isChanging = true;
  const given = new AbortController();
  try {
    if (await isSomebodyAtWork()) {
      notify({
        kind: 'info',
        messageKey: 'app:pwa.waits',
        sticky: true,
        topic: 'update',
        action: { labelKey: 'app:pwa.stay', run: () => given.abort() },
      });
    }
    await whenNobodyWorks(given.signal);
    isReloading = true;
    const reload = () => location.reload();
    if (!registration.waiting) return reload();
    navigator.serviceWorker.addEventListener('controllerchange', reload, { once: true });
    setTimeout(reload, TAKE_OVER_WITHIN_MS);
    send(registration.waiting, 'SKIP_WAITING');
  } catch (thrown) {
    // Given up by the person: the offer stands again.
    if (given.signal.aborted) offer('newVersion', registration);
    else notifyError(thrown);
  } finally {
    isChanging = false;
  }
}

function send(serviceWorker: ServiceWorker | null, type: ToServiceWorker['type']): void {
  serviceWorker?.postMessage({ type } satisfies ToServiceWorker);
}

function offer(key: 'newVersion' | 'elsewhere', registration: ServiceWorkerRegistration): void {
  notify({
    kind: 'info',
    messageKey: `app:pwa.${key}`,
    sticky: true,
    topic: 'update',
    action: { labelKey: 'app:pwa.reload', run: () => void changeVersion(registration) },
  });
}

/** Registers the service worker and follows its versions. Errors end in the notices. */
export async function startUpdates(): Promise<void> {
  try {
    await showInLocks();
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    const { serviceWorker } = navigator;
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox('./sw.js');
    let isControlled = serviceWorker.controller !== null;
    workbox.addEventListener('installed', ({ isUpdate, isExternal }) => {
      if (!isUpdate && !isExternal) notify({ kind: 'success', messageKey: 'app:pwa.offlineReady' });
    });
    const registering = workbox.register();
    const registration = () => registering.then((answer) => answer ?? serviceWorker.ready);
    workbox.addEventListener('waiting', async () => offer('newVersion', await registration()));
    serviceWorker.addEventListener('controllerchange', async () => {
      // The first service worker takes a tab over that has the same version.
      const isAnother = isControlled && !isReloading;
      isControlled = true;
      if (isAnother) offer('elsewhere', await registration());
    });
    await registering;
    send((await serviceWorker.ready).active, 'OPENED');
  } catch (thrown) {
    notifyError(thrown);
  }
}
