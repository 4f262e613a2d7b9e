/**
 * Web Locks for pages served by plain http, where browsers have none: the tabs of one browser agree by messages. Whoever
 * wants a lock asks twice; its holder, or an asker with a higher token, answers. The ready-made elections of leaders use
 * Web Locks themselves where there are any, so none can stand in for them.
 */
import { createRandomId } from '../../shared/randomId.ts';

/** A tab answers at once unless its page is busy. */
const ANSWER_WITHIN_MS = 250;
/** A tab that crashed says no farewell. */
const ASK_AGAIN_MS = 1000;

interface Message {
  readonly kind: 'ask' | 'taken' | 'held' | 'released' | 'stolen';
  readonly from: string;
  readonly to?: string;
}

/** Resolves after `ms`, or as soon as it is woken. */
function createNap(): { readonly sleep: (ms: number) => Promise<void>; readonly wake: () => void } {
  let wake: () => void = () => undefined;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}

async function hold<Result>(
  name: string,
  { ifAvailable = false, steal = false, signal }: LockOptions,
  work: LockGrantedCallback<Result>,
): Promise<Result> {
  const channel = new BroadcastChannel(`headstart-lock ${name}`);
  const own = createRandomId();
  const nap = createNap();
  let state: 'asking' | 'waiting' | 'holding' = 'asking';
  let isBeaten = false;
  let lose: (reason: DOMException) => void = () => undefined;
  const stolen = new Promise<never>((_, reject) => (lose = reject));
  stolen.catch(() => undefined);
  const send = (message: Omit<Message, 'from'>) => channel.postMessage({ ...message, from: own });

  channel.onmessage = ({ data: { kind, from, to } }: MessageEvent<Message>) => {
    const isFirst = state === 'holding' || (state === 'asking' && own > from);
    if (kind === 'ask' && isFirst) send({ kind: 'taken', to: from });
    if (kind === 'taken' && to === own && state === 'asking') {
      isBeaten = true;
      nap.wake();
    }
    if (kind === 'released' && state === 'waiting') nap.wake();
    // This page stood still for so long that it was taken for gone.
    if (kind === 'held' && state === 'holding') lose(new DOMException('another tab has it', 'AbortError'));
    if (kind === 'stolen') lose(new DOMException('the lock was stolen', 'AbortError'));
  };
  const ask = async (): Promise<boolean> => {
    state = 'asking';
    isBeaten = false;
    // Twice: one who began to ask in between would not have heard the first.
    for (let round = 0; round < 2 && !isBeaten; round++) {
      send({ kind: 'ask' });
      await nap.sleep(ANSWER_WITHIN_MS);
    }
    return !isBeaten;
  };
  const onAbort = () => nap.wake();
  signal?.addEventListener('abort', onAbort);
  try {
    if (steal) send({ kind: 'stolen' });
    else {
      // Once in any case: a slow start must not be taken for a lock that is held.
      while (!(await ask())) {
        if (ifAvailable) return await work(null);
        state = 'waiting';
        if (!signal?.aborted) await nap.sleep(ASK_AGAIN_MS);
        signal?.throwIfAborted();
      }
    }
    state = 'holding';
    send({ kind: 'held' });
    return await Promise.race([work({ name, mode: 'exclusive' }), stolen]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    send({ kind: 'released' });
    channel.close();
  }
}

/** Excludes those that want the lock for themselves; never waits. */
async function holdShared<Result>(name: string, work: LockGrantedCallback<Result>): Promise<Result> {
  const channel = new BroadcastChannel(`headstart-lock ${name}`);
  const own = createRandomId();
  const send = (message: Omit<Message, 'from'>) => channel.postMessage({ ...message, from: own });
  channel.onmessage = ({ data: { kind, from } }: MessageEvent<Message>) => {
    if (kind === 'ask') send({ kind: 'taken', to: from });
  };
  try {
    return await work({ name, mode: 'shared' });
  } finally {
    send({ kind: 'released' });
    channel.close();
  }
}

/** What the app uses of `navigator.locks`. A shared lock waits for nobody; `query` knows of no other tab. */
export function createTabLocks(): LockManager {
  const request = async <Result>(
    name: string,
    given: LockOptions | LockGrantedCallback<Result>,
    then?: LockGrantedCallback<Result>,
  ): Promise<Result | undefined> => {
    const work = typeof given === 'function' ? given : then;
    const options = typeof given === 'function' ? {} : given;
    if (options.mode === 'shared') return work && (await holdShared(name, work));
    return work && (await hold(name, options, work));
  };
  return { request, query: async () => ({ held: [], pending: [] }) } as LockManager;
}

/**
 * Gives the page such locks where the browser has none, or keeps them to itself.
 * @returns false where it does so because the site may keep nothing: then the site has no service worker either
 */
export async function ensureLocks(): Promise<boolean> {
  const isThere = 'locks' in navigator;
  const mayKeep = await (isThere ? navigator.locks.query() : Promise.resolve()).then(
    () => true,
    () => false,
  );
  if (!isThere || !mayKeep)
    Object.defineProperty(navigator, 'locks', { value: createTabLocks(), configurable: true });
  return mayKeep;
}
