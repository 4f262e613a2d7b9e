/**
 * Shuts every door of the service worker but its own origin. No page can hand it a policy: it has the one that its host
 * sends with it, and many hosts send none. So it takes away, before anything else runs, whatever could reach another
 * address or turn text into code, and keeps what this list names.
 */

/** The language, then what the service worker and Workbox use; everything else in the global scope goes. */
const GLOBALS = new Set<string>(
  `
  Array ArrayBuffer AggregateError BigInt Boolean DataView Date Error EvalError FinalizationRegistry
  Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN
  Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError
  TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  decodeURI decodeURIComponent encodeURI encodeURIComponent globalThis isFinite isNaN parseFloat
  parseInt undefined

  Cache CacheStorage Client Clients DOMException Event EventTarget ExtendableEvent FetchEvent
  Headers MessagePort Request Response ServiceWorkerGlobalScope URL URLSearchParams addEventListener
  caches clearTimeout clients console dispatchEvent fetch location navigator onactivate onerror
  onfetch oninstall onmessage performance queueMicrotask registration removeEventListener self
  serviceWorker setTimeout skipWaiting __WB_DISABLE_DEV_LOGS
  `.match(/\w+/g),
);

/** Of these objects everything goes but what is named: some could ask another address as well. */
const KEPT_OF: readonly (readonly [prototype: object | undefined, names: readonly string[]])[] = [
  [globalThis.Cache?.prototype, ['delete', 'keys', 'match', 'matchAll', 'put']],
  [globalThis.Clients?.prototype, ['claim', 'get', 'matchAll']],
  [globalThis.WindowClient?.prototype, ['focused', 'visibilityState']],
  [
    globalThis.ServiceWorkerRegistration?.prototype,
    ['active', 'installing', 'scope', 'unregister', 'update', 'waiting'],
  ],
  [globalThis.WorkerNavigator?.prototype, ['locks', 'onLine', 'userAgent']],
];

let refusedCount = 0;

/** How often something here wanted out since the service worker woke. */
export function countRefused(): number {
  return refusedCount;
}

function refuse(): never {
  refusedCount += 1;
  throw new TypeError('the service worker speaks to its own origin only, and runs no text as code');
}

function fix(target: object, name: PropertyKey, value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  if (own && !own.configurable) return;
  Object.defineProperty(target, name, { value, writable: false, enumerable: false, configurable: false });
}

/** `target` and what it inherits from, up to `Object`. */
function chainOf(target: object): object[] {
  const chain: object[] = [];
  for (let at: object | null = target; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    chain.push(at);
  return chain;
}

function shutDoors(): void {
  const scope = globalThis as typeof globalThis & { fetch: typeof fetch; setTimeout: typeof setTimeout };
  const ownFetch = scope.fetch.bind(scope);
  const ownSetTimeout = scope.setTimeout.bind(scope);
  // The browser itself holds a request of this mode to the origin, redirects included.
  const guardedFetch = (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, { ...init, mode: 'same-origin' });
    if (new URL(request.url).origin !== scope.location.origin) refusedCount += 1;
    return ownFetch(request);
  };
  const guardedSetTimeout = (run: unknown, ...rest: [number?, ...unknown[]]) =>
    typeof run === 'function' ? ownSetTimeout(run as () => void, ...rest) : refuse();
  const replaced: Readonly<Record<string, unknown>> = {
    fetch: guardedFetch,
    setTimeout: guardedSetTimeout,
    eval: refuse,
    Function: refuse,
  };
  // What is taken away from the scope alone could still be had from its prototypes.
  for (const target of chainOf(scope)) {
    for (const name of Object.getOwnPropertyNames(target)) {
      if (Object.hasOwn(replaced, name)) fix(target, name, replaced[name]);
      else if (!GLOBALS.has(name) && name !== 'constructor') fix(target, name, undefined);
    }
  }
  for (const [name, value] of Object.entries(replaced)) fix(scope, name, value);
  for (const [prototype, names] of KEPT_OF) {
    if (!prototype) continue;
    for (const name of Object.getOwnPropertyNames(prototype))
      if (name !== 'constructor' && !names.includes(name)) fix(prototype, name, undefined);
  }
  // Each kind of function has a constructor that takes text.
  for (const sample of [() => {}, async () => {}, function* () {}, async function* () {}])
    fix(Object.getPrototypeOf(sample), 'constructor', refuse);
}

shutDoors();
