/** Whether something is going on that a reload would cut off: reading pictures, computing, saving. Of one page or worker. */

let running = 0;
const listeners = new Set<(isAtWork: boolean) => void>();

function count(change: 1 | -1): void {
  const before = running > 0;
  running += change;
  const now = running > 0;
  if (now !== before) for (const listener of [...listeners]) listener(now);
}

/** Something begins. @returns a function that says that it is over; calling it again does nothing */
export function beginWork(): () => void {
  let isOver = false;
  count(1);
  return () => {
    if (isOver) return;
    isOver = true;
    count(-1);
  };
}

/** Counts `work` as going on until it settles. */
export async function asWork<Result>(work: () => Promise<Result>): Promise<Result> {
  const end = beginWork();
  try {
    return await work();
  } finally {
    end();
  }
}

export function isAtWork(): boolean {
  return running > 0;
}

/** @returns a function that stops listening */
export function onWorkChange(listener: (isAtWork: boolean) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Resolves once nothing has gone on for `settledMs`: between two steps of one deed there may be a moment of rest, and
 * what was changed last is saved a moment later.
 */
export function whenIdle(settledMs = 1000): Promise<void> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (isBusy: boolean) => {
      clearTimeout(timer);
      if (isBusy) return;
      timer = setTimeout(() => {
        stop();
        resolve();
      }, settledMs);
    };
    const stop = onWorkChange(look);
    look(isAtWork());
  });
}
