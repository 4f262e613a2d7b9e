/**
 * How the caller of a worker hears that it has ended without a word: closed itself, or was ended by the browser for want
 * of memory. No event tells of that. A worker holds a lock as long as it lives; the browser gives it on when it ends.
 */
import type { Request, Response } from './protocol.ts';

type LifeRequest = Extract<Request, { kind: 'live' | 'ping' }>;
type Alive = Extract<Response, { kind: 'alive' }>;

/** What of the browser's locks is used; they are missing on plain http. */
export type Locks = Pick<LockManager, 'request'>;

export interface Lifeline {
  /** To be told of each sign of life. */
  hear(sign: Alive): void;
  /** Something else came from the worker. */
  hearAnything(): void;
  /** Nobody wants to know any more. */
  end(): void;
}

export interface LifelineOptions {
  readonly send: (request: LifeRequest) => void;
  /** Whether anybody waits for the worker: only then is it asked for signs of life. */
  readonly isAwaited: () => boolean;
  readonly onDeath: (why: string) => void;
  readonly locks?: Locks | null;
  readonly tickMs?: number;
  /** How many ticks it may take until its first sign; its script may have a long way to come. */
  readonly mostUnbornTicks?: number;
}

/** Of asking for signs of life. In a hidden tab the browser makes it longer, up to a minute. */
const TICK_MS = 5000;
/** A worker does not answer while it computes: two minutes are longer than any piece of work in between. */
const MOST_SILENT_TICKS = 24;
/** One that ends before it has begun holds no lock yet. A minute; whoever starts it again gives it more. */
export const MOST_UNBORN_TICKS = 12;
/** Where pieces of work turn out to be longer on this machine, so many of the longest. */
const LONGEST_TIMES = 4;

export function ownLocks(): Locks | null {
  const { locks } = (globalThis.navigator as { locks?: LockManager } | undefined) ?? {};
  return locks ?? null;
}

/** A name that no other worker of this origin has. `crypto.randomUUID` is missing on plain http. */
function lockName(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return `headstart-worker-${[...numbers].map((number) => number.toString(36)).join('-')}`;
}

/**
 * Watches a worker from the caller's side. With locks it is certain, however long the worker computes. Without, it is
 * asked, and is taken for dead when it has been silent for much longer than it ever was before. Times at which this thread
 * itself stood still (a machine asleep) do not count: ticks do.
 */
export function watchLife(options: LifelineOptions): Lifeline {
  const { send, isAwaited, onDeath, locks = ownLocks(), tickMs = TICK_MS } = options;
  const { mostUnbornTicks = MOST_UNBORN_TICKS } = options;
  const ended = new AbortController();
  let timer: ReturnType<typeof setInterval> | null = null;
  let silentTicks = 0;
  let longestTicks = 0;
  /** Until its first sign it may still be on its way here. */
  let hasLived = false;
  const mostTicks = () =>
    hasLived ? Math.max(MOST_SILENT_TICKS, LONGEST_TIMES * longestTicks) : mostUnbornTicks;

  function tick(): void {
    if (!isAwaited()) {
      silentTicks = 0;
      return;
    }
    silentTicks += 1;
    if (silentTicks > mostTicks()) {
      end();
      onDeath('no sign of life');
    } else if (hasLived) send({ kind: 'ping' });
  }

  function askNowAndThen(): void {
    if (timer === null && !ended.signal.aborted) timer = setInterval(tick, tickMs);
  }

  function hearAnything(): void {
    if (!hasLived) return;
    longestTicks = Math.max(longestTicks, silentTicks);
    silentTicks = 0;
  }

  async function waitForLock(manager: Locks, name: string): Promise<void> {
    try {
      await manager.request(name, { signal: ended.signal }, () => undefined);
    } catch (thrown) {
      if (ended.signal.aborted) return;
      console.warn('a worker is watched without a lock', thrown);
      askNowAndThen();
      return;
    }
    if (ended.signal.aborted) return;
    end();
    onDeath('the worker has ended');
  }

  function stopAsking(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  function end(): void {
    ended.abort();
    stopAsking();
  }

  const name = locks ? lockName() : null;
  send({ kind: 'live', lock: name });
  askNowAndThen();
  return {
    hearAnything,
    hear({ holdsLock }) {
      hearAnything();
      if (hasLived) return;
      hasLived = true;
      silentTicks = 0;
      if (!locks || name === null || !holdsLock) return;
      stopAsking();
      void waitForLock(locks, name);
    },
    end,
  };
}

/**
 * The worker's side: takes the lock until it ends, and gives a sign of life whenever it is asked.
 * @returns once its end would be noticed: work is to begin only then
 */
export function live(request: LifeRequest, send: (sign: Alive) => void, locks = ownLocks()): Promise<void> {
  const name = request.kind === 'live' ? request.lock : null;
  return new Promise((resolve) => {
    const tell = (holdsLock: boolean) => {
      send({ kind: 'alive', holdsLock });
      resolve();
    };
    if (!locks || name === null) return tell(false);
    const hold = () => {
      tell(true);
      return new Promise<never>(() => undefined);
    };
    locks.request(name, hold).catch((thrown: unknown) => {
      console.warn('a worker lives without a lock', thrown);
      tell(false);
    });
  });
}
