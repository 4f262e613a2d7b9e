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
  readonly kind: 'wanted' | 'heard' | 'refused' | 'taken';
  readonly from: string;
  readonly to: string | null;
}

/** A page that is loaded again stands back in the row of those that wait; the tab beside it gives it its turn. */
const GIVE_WAY_MS = 2000;
/** A tab that lives hears a message at once, also in the background. */
const ANSWER_WITHIN_MS = 3000;

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * The right to write what bears this name. A lock makes it safe: the browser's, or on pages from plain `http` the one of
 * `tabLocks.ts`.
 */
export function createOwnership(name: string, events: OwnershipEvents): Ownership {
  const me = Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');
  const channel = new BroadcastChannel(name);
  /** Set while it is ours. */
  let release: (() => void) | null = null;
  let isLettingGo = false;
  /** Tabs that asked while it was being saved. */
  const askers = new Set<string>();
  let isAsked = false;
  let isOtherAsking = false;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;

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
      isAsked = false;
      events.onRefused('silent');
    }, ANSWER_WITHIN_MS);
    post('wanted');
  }

  /** In the row of those that wait for the lock. */
  async function wait(): Promise<void> {
    let hasGivenWay = false;
    for (;;) {
      const letGo = await acquireLock(name, {}, lose);
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

  /** Another tab took it without asking. */
  function lose(): void {
    if (!release) return;
    release = null;
    events.onLost();
    void wait();
  }

  async function handOver(to: string): Promise<void> {
    post('heard', to);
    askers.add(to);
    if (isLettingGo) return;
    isLettingGo = true;
    const isSaved = await events.letGo();
    isLettingGo = false;
    const asked = [...askers];
    askers.clear();
    if (!isSaved || !release) {
      for (const one of asked) post('refused', one);
      return;
    }
    const letGo = release;
    release = null;
    events.onLost();
    letGo();
    void wait();
  }

  const handlers: Readonly<Record<Message['kind'], (from: string) => void>> = {
    wanted: (from) => {
      if (release) void handOver(from);
      else isOtherAsking = true;
    },
    heard: () => clearTimeout(answerTimer),
    refused: () => {
      isAsked = false;
      events.onRefused('notSaved');
    },
    // It went to another that asked too: now that one is asked.
    taken: () => isAsked && ask(),
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.to === null || data.to === me) handlers[data.kind](data.from);
  };

  return {
    async start() {
      release = await acquireLock(name, { signal: AbortSignal.timeout(LOCK_WITHIN_MS) }, lose);
      if (release === null) void wait();
      return release !== null;
    },
    ask() {
      if (!release) ask();
    },
  };
}

/** Does `work` if no other tab of the app is open; from then on others know of this one. */
export async function whileAlone(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  } catch (thrown) {
    // It only clears up; what comes after it must not fail with it.
    console.warn('whether another tab is open is not known', thrown);
  }
  // Held for as long as the tab lives; what another tab clears away is gone before this one looks.
  await acquireLock(name, { mode: 'shared' });
}
