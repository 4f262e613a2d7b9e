/** What a run asks of the browser: a warning before the tab closes, progress in a hidden tab's title, a screen that stays on. */
import { beginWork } from '../../shared/work.ts';

export interface PageGuard {
  /** Shows how far the run is. @param fraction 0–1; null where it cannot be told. */
  update(fraction: number | null, isPaused?: boolean): void;
  end(): void;
}

/** `43 % · title`, or `⏸ 43 % · title`; the title alone where there is nothing to tell. */
export function titleWithProgress(title: string, fraction: number | null, isPaused = false): string {
  const facts = [isPaused ? '⏸' : '', fraction === null ? '' : `${Math.floor(fraction * 100)} %`];
  const said = facts.filter(Boolean).join(' ');
  return said === '' ? title : `${said} · ${title}`;
}

/** Begins to guard the page, until `end`. */
export function guardPage(): PageGuard {
  const ended = new AbortController();
  const endWork = beginWork();
  const { signal } = ended;
  let latest: number | null = null;
  let latestPaused = false;
  /** The title to put back; null while it is on show. */
  let plainTitle: string | null = null;

  const showTitle = () => {
    if (document.hidden && !signal.aborted) {
      plainTitle ??= document.title;
      document.title = titleWithProgress(plainTitle, latest, latestPaused);
    } else if (plainTitle !== null) {
      document.title = plainTitle;
      plainTitle = null;
    }
  };
  window.addEventListener('beforeunload', (event) => event.preventDefault(), { signal });
  document.addEventListener('visibilitychange', showTitle, { signal });
  return {
    update(fraction, isPaused = false) {
      latest = fraction;
      latestPaused = isPaused;
      showTitle();
    },
    end() {
      ended.abort();
      endWork();
      showTitle();
    },
  };
}

/** False where the person has to see to it. */
export function canKeepScreenAwake(): boolean {
  return 'wakeLock' in navigator;
}

/** Keeps the screen on, where the browser can, until the function that it returns is called. */
export function keepScreenAwake(): () => void {
  if (!canKeepScreenAwake()) return () => undefined;
  const ended = new AbortController();
  const { signal } = ended;
  let held: WakeLockSentinel | null = null;
  let asking = false;

  const ask = async () => {
    if (asking || signal.aborted || document.visibilityState !== 'visible') return;
    if (held && !held.released) return;
    asking = true;
    try {
      held = await navigator.wakeLock.request('screen');
    } catch (thrown) {
      // A low battery or a rule of the page forbids it: training goes on all the same, under a dark screen.
      console.warn('the screen may go dark', thrown);
    } finally {
      asking = false;
    }
    if (signal.aborted) letSleep();
  };
  const letSleep = () => {
    // The browser lets go of a lock by itself whenever the tab is hidden, so it may be gone already.
    held?.release().catch((thrown: unknown) => console.warn('the screen was free already', thrown));
    held = null;
  };
  // The browser takes the lock back when the tab is hidden.
  document.addEventListener('visibilitychange', () => void ask(), { signal });
  void ask();
  return () => {
    ended.abort();
    letSleep();
  };
}
