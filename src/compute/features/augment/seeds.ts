/** Seeds out of seeds and names, so that every choice about a picture has random numbers of its own. */
import { createRandom, type Random } from '../../../shared/random.ts';

/** A hash of text and numbers to 32 bits: FNV-1a (Fowler, Noll, Vo), stirred at the end as in MurmurHash3. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}\n`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What random numbers are drawn for. A kind that is switched on leaves the numbers of the others as they are. */
export type Purpose = 'warp' | 'colour' | 'crop' | 'padding' | 'erasing' | 'noise' | 'mix';

export function randomFor(purpose: Purpose, seed: number): Random {
  return createRandom(seedOf(purpose, seed));
}
