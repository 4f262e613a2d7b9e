/** Which of several tabs writes the data set, and how one hands that over to another without losing anything. */

import { acquireLock, LOCK_WITHIN_MS } from '../shell/tabLock.ts';

export interface OwnershipEvents {
  /** Another tab asks for it. Resolves once all is saved; false keeps it here. */
  readonly letGo: () => Promise<boolean>;
  /** Another tab has it from now on. */
  readonly onLost: () => void;
  /** It came here. @param isAsked whether this tab asked for it; else the tab that had it has ended */
  readonly onOurs: (isAsked: boolean) => void;
  /** The tab that has it has not saved everything and keeps it, or does not answer. */
  readonly onRefused: (why: 'notSaved' | 'silent') => void;
}

export interface Ownership {
  /** Whether it is this tab's; if not, it may come later. Asked once. */
  readonly start: () => Promise<boolean>;
  /** Asks the tab that has it for it; once more where it takes long. */
  readonly ask: () => void;
}

interface Message {
  readonly kind: 'who' | 'ours' | 'wanted' | 'heard' | 'refused' | 'released' | 'taken' | 'gone';
  readonly from: string;
  readonly to: string | null;
}

/** A page that is loaded again stands back in the row of those that wait; the tab beside it gives it its turn. */
const GIVE_WAY_MS = 2000;
/** A tab that lives hears a message at once, also in the background. */
const ANSWER_WITHIN_MS = 3000;

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * The right to write what bears this name. A lock makes it safe; where there is none (pages from plain `http`), the
 * tabs ask each other, and one that does not answer is taken for gone.
 */
export function createOwnership(
  name: string,
  events: OwnershipEvents,
  hasLocks = 'locks' in navigator,
): Ownership {
  const me = Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');
  const channel = new BroadcastChannel(name);
  /** Set while it is ours. */
  let release: (() => void) | null = null;
  let isLettingGo = false;
  let isAsked = false;
  let isOtherAsking = false;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  let onOwner: (() => void) | null = null;

  const post = (kind: Message['kind'], to: string | null = null) =>
    channel.postMessage({ kind, from: me, to } satisfies Message);

  function take(how: () => void): void {
    clearTimeout(answerTimer);
    release = how;
    const wasAsked = isAsked;
    isAsked = false;
    post('taken');
    events.onOurs(wasAsked);
  }

  function ask(): void {
    isAsked = true;
    clearTimeout(answerTimer);
    answerTimer = setTimeout(() => {
      if (!hasLocks) return take(() => undefined);
      isAsked = false;
      events.onRefused('silent');
    }, ANSWER_WITHIN_MS);
    post('wanted');
  }

  /** In the row of those that wait for the lock. */
  async function wait(): Promise<void> {
    let hasGivenWay = false;
    for (;;) {
      const letGo = await acquireLock(name);
      if (letGo === null) return;
      if (isAsked) return take(letGo);
      if (isOtherAsking) {
        isOtherAsking = false;
        letGo();
      } else if (!hasGivenWay) {
        hasGivenWay = true;
        letGo();
        await delay(GIVE_WAY_MS);
      } else return take(letGo);
    }
  }

  /** Without locks: whether a tab says that it has it. */
  function hasOwner(): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (found: boolean) => {
        clearTimeout(timer);
        onOwner = null;
        resolve(found);
      };
      const timer = setTimeout(() => answer(false), LOCK_WITHIN_MS);
      onOwner = () => answer(true);
      post('who');
    });
  }

  async function handOver(to: string): Promise<void> {
    post('heard', to);
    if (isLettingGo) return;
    isLettingGo = true;
    const isSaved = await events.letGo();
    isLettingGo = false;
    if (!isSaved || !release) return post('refused', to);
    const letGo = release;
    release = null;
    events.onLost();
    letGo();
    if (hasLocks) void wait();
    else post('released', to);
  }

  const handlers: Readonly<Record<Message['kind'], (from: string) => void>> = {
    who: (from) => {
      if (release) post('ours', from);
      // Two that begin together.
      else if (from < me) onOwner?.();
    },
    ours: () => onOwner?.(),
    wanted: (from) => {
      if (release) void handOver(from);
      else isOtherAsking = true;
    },
    heard: () => clearTimeout(answerTimer),
    refused: () => {
      isAsked = false;
      events.onRefused('notSaved');
    },
    released: () => take(() => undefined),
    // It went to another that asked too: now that one is asked.
    taken: () => isAsked && ask(),
    // Each waits a while of its own, so that one is first.
    gone: () => {
      if (release === null && !hasLocks)
        void delay(Math.random() * GIVE_WAY_MS).then(async () => {
          if (!(await hasOwner())) take(() => undefined);
        });
    },
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.to === null || data.to === me) handlers[data.kind](data.from);
  };
  if (!hasLocks) addEventListener('pagehide', () => release && post('gone'));

  return {
    async start() {
      if (hasLocks) release = await acquireLock(name, { signal: AbortSignal.timeout(LOCK_WITHIN_MS) });
      else if (!(await hasOwner())) release = () => undefined;
      if (release === null && hasLocks) void wait();
      return release !== null;
    },
    ask() {
      if (!release) ask();
    },
  };
}

/**
 * Does `work` if no other tab of the app is open; from then on others know of this one. Where there are no locks nobody
 * can tell, and it is done.
 */
export async function whileAlone(name: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  // Held for as long as the tab lives; what another tab clears away is gone before this one looks.
  await acquireLock(name, { mode: 'shared' });
}
