/** Collects what arrives faster than a page can show it. */

export interface Batch<Item> {
  add(item: Item): void;
  /** Shows what is still waiting, now. */
  flush(): void;
}

/**
 * Hands items on together: the first at once, later ones at most every `everyMs`.
 * @param show is given what has arrived since, in order, never an empty list
 */
export function createBatch<Item>(show: (items: readonly Item[]) => void, everyMs: number): Batch<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const handOn = () => {
    const items = waiting;
    waiting = [];
    if (items.length > 0) show(items);
  };
  const onTimer = () => {
    timer = waiting.length > 0 ? setTimeout(onTimer, everyMs) : null;
    handOn();
  };
  return {
    add(item) {
      waiting.push(item);
      if (timer !== null) return;
      timer = setTimeout(onTimer, everyMs);
      handOn();
    },
    flush() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      handOn();
    },
  };
}
