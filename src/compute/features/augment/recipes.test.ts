import { describe, expect, it } from 'vitest';
import { OFF } from '../../../testing/augment/formulaPictures.ts';
import { recipesOf } from './recipes.ts';

const HASHES = Array.from({ length: 200 }, (_, i) => `picture-${i}`);
const MIXING = { ...OFF, mixUp: 0.2 };
const partnersOf = (hashes: readonly string[], view = 0, seed = 1) =>
  new Map([...recipesOf(MIXING, seed, hashes, view)].map(([hash, { partner }]) => [hash, partner?.hash]));

describe('recipesOf', () => {
  it('gives every picture, run and view a seed of its own, and the same again', () => {
    const seeds = [0, 1].flatMap((view) =>
      [1, 2].flatMap((seed) => [...recipesOf(OFF, seed, HASHES, view).values()].map((recipe) => recipe.seed)),
    );
    expect(new Set(seeds).size).toBe(4 * HASHES.length);
    expect(recipesOf(MIXING, 1, HASHES, 1)).toEqual(recipesOf(MIXING, 1, HASHES, 1));
  });

  it('mixes only where the settings do, and where there are two pictures', () => {
    expect([...recipesOf(OFF, 1, HASHES, 0).values()].every(({ partner }) => partner === null)).toBe(true);
    expect(recipesOf(MIXING, 1, ['only', 'only'], 0).get('only')?.partner).toBeNull();
  });

  it('never mixes a picture with itself', () => {
    for (const [own, partner] of partnersOf(HASHES)) {
      expect(partner).not.toBe(own);
      expect(HASHES).toContain(partner);
    }
    expect(partnersOf(['a', 'b'])).toEqual(
      new Map([
        ['a', 'b'],
        ['b', 'a'],
      ]),
    );
  });

  it('spreads partners over all pictures in the course of the views', () => {
    const counts = new Map<string, number>();
    for (let view = 0; view < 100; view++) {
      for (const partner of partnersOf(HASHES, view).values()) {
        counts.set(partner ?? '', (counts.get(partner ?? '') ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(HASHES.length);
    // 100 each on average; the gaps on a ring spread them by √(2 · 100).
    expect(Math.min(...counts.values())).toBeGreaterThan(40);
    expect(Math.max(...counts.values())).toBeLessThan(180);
  });

  it('does not depend on the order, and hardly on a picture more or less', () => {
    const before = partnersOf(HASHES);
    expect(partnersOf([...HASHES].reverse())).toEqual(before);
    const after = partnersOf([...HASHES.slice(1), 'new']);
    const changed = [...after].filter(([hash, partner]) => hash !== 'new' && before.get(hash) !== partner);
    expect(changed.length).toBeLessThan(20);
  });

  it('gives the partner a seed that is not its own of that view', () => {
    const recipes = recipesOf(MIXING, 1, HASHES, 0);
    for (const { partner } of recipes.values()) {
      expect(partner?.seed).not.toBe(recipes.get(partner?.hash ?? '')?.seed);
    }
  });
});
