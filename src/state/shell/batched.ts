/** Collects what arrives faster than a page can show it. */

export interface Batch<Item> {
  add(item: Item): void;
  /** Shows what is still waiting, now. */
  flush(): void;
}

/** Of the time, what showing may take at most where it takes long: a page that only shows what came does nothing else. */
const SHOWING_COST = 10;
/** However long the last time took: a tab in the background, or a machine that slept, is slow for another reason. */
const MOST_PAUSE_MS = 3000;

/**
 * Hands items on together: the first at once, later ones at most every `everyMs`, and less often where the last time took
 * long, all that followed from it in the page included.
 * @param show is given what has arrived since, in order, never an empty list
 */
export function createBatch<Item>(show: (items: readonly Item[]) => void, everyMs: number): Batch<Item> {
  let waiting: Item[] = [];
  let tookMs = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const handOn = () => {
    const items = waiting;
    waiting = [];
    if (items.length === 0) return;
    const begunAt = performance.now();
    show(items);
    // What it changed is drawn before the next task.
    setTimeout(() => {
      tookMs = performance.now() - begunAt;
    });
  };
  const pauseMs = () => Math.max(everyMs, Math.min(MOST_PAUSE_MS, SHOWING_COST * tookMs));
  const onTimer = () => {
    timer = waiting.length > 0 ? setTimeout(onTimer, pauseMs()) : null;
    handOn();
  };
  return {
    add(item) {
      waiting.push(item);
      if (timer !== null) return;
      timer = setTimeout(onTimer, pauseMs());
      handOn();
    },
    flush() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      handOn();
    },
  };
}
