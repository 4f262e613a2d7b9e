/** Both ends of a pause: the page's switch, which outlives a lost worker, and the gate that a handler waits at. */

/** What a call looks at to know whether it is to rest. */
export interface PauseSwitch {
  readonly isPaused: boolean;
  /** @returns a function that stops listening */
  subscribe(listener: (isPaused: boolean) => void): () => void;
}

export interface PauseSwitchControl extends PauseSwitch {
  set(isPaused: boolean): void;
}

export function createPauseSwitch(): PauseSwitchControl {
  let isPaused = false;
  const listeners = new Set<(isPaused: boolean) => void>();
  return {
    get isPaused() {
      return isPaused;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      if (next === isPaused) return;
      isPaused = next;
      for (const listener of [...listeners]) listener(isPaused);
    },
  };
}

/** Where a handler rests while its call is paused. */
export interface PauseGate {
  readonly isPaused: boolean;
  /** Time spent paused so far, in milliseconds, for estimates to leave out. */
  readonly pausedMs: number;
  /**
   * Resolves at once when not paused, otherwise when the call goes on, is cancelled or is to finish early: look at the
   * signals afterwards.
   */
  wait(): Promise<void>;
}

export interface PauseGateControl extends PauseGate {
  set(isPaused: boolean): void;
  /** Lets everybody through for good: a call that is to end cannot be paused any more. */
  open(): void;
}

export function createPauseGate(isPausedAtFirst: boolean): PauseGateControl {
  let isPaused = false;
  let isOpenForGood = false;
  let sinceMs = 0;
  let pausedBeforeMs = 0;
  let waiting: (() => void)[] = [];
  const gate: PauseGateControl = {
    get isPaused() {
      return isPaused;
    },
    get pausedMs() {
      return pausedBeforeMs + (isPaused ? performance.now() - sinceMs : 0);
    },
    wait: () => (isPaused ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    set(next) {
      if (next === isPaused || (next && isOpenForGood)) return;
      if (next) sinceMs = performance.now();
      else pausedBeforeMs = gate.pausedMs;
      isPaused = next;
      if (isPaused) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    open() {
      gate.set(false);
      isOpenForGood = true;
    },
  };
  gate.set(isPausedAtFirst);
  return gate;
}
