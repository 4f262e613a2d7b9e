/** A small seeded random source whose whole state is one number, so that a run can be stopped and gone on with. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Put it into `createRandom` to go on from here. */
  readonly state: number;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, passes gjrand; ample for shuffling and init. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    get state() {
      return state;
    },
  };
}

/** Shuffles in place (Fisher–Yates). */
export function shuffle<T extends { length: number; [index: number]: unknown }>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
