/** Which seed augments which training picture, and with which other it is mixed: a function of contents and seeds alone. */
import type { AugmentSettings } from '../../../domain/augmentation.ts';
import type { ContentHash } from '../../../domain/picture.ts';
import { seedOf } from './seeds.ts';

/** How one picture is augmented once. */
export interface Recipe {
  readonly seed: number;
  /** What it is mixed with, itself augmented by its own seed; null where the settings mix nothing, or nothing else is there. */
  readonly partner: { readonly hash: ContentHash; readonly seed: number } | null;
}

/** Seeds of an example and of its partner. */
export function exampleSeeds(
  hash: ContentHash,
  runSeed: number,
  view: number,
): { readonly own: number; readonly partner: number } {
  const own = seedOf('example', hash, runSeed, view);
  return { own, partner: seedOf('partner', own) };
}

/**
 * The recipe of each training picture for one view. Partners are drawn on a ring: each picture lies at a place of
 * its own, and the first behind a random place is taken (Karger et al. 1997, "Consistent hashing"). So a few pictures
 * more or less leave most recipes as they were, and what was computed for them stays of use.
 * @param hashes of all training pictures, in any order; several of the same count once
 * @param view another number, other recipes: 0 to K − 1 of features that are kept, or the epoch
 */
export function recipesOf(
  settings: Pick<AugmentSettings, 'mixUp' | 'cutMix'>,
  runSeed: number,
  hashes: readonly ContentHash[],
  view: number,
): Map<ContentHash, Recipe> {
  const unique = [...new Set(hashes)];
  const isMixing = (settings.mixUp > 0 || settings.cutMix > 0) && unique.length > 1;
  const ring = isMixing ? ringOf(unique, runSeed, view) : [];
  return new Map(
    unique.map((hash) => {
      const { own, partner: seed } = exampleSeeds(hash, runSeed, view);
      const other = isMixing ? partnerOn(ring, hash, seedOf('partner of', own)) : null;
      return [hash, { seed: own, partner: other === null ? null : { hash: other, seed } }];
    }),
  );
}

/**
 * The same, drawn for each picture when it is asked for where none is mixed: of tens of thousands a list would be of no use.
 * @param hashes of all training pictures; of others it gives anything
 */
export function createRecipes(
  settings: Pick<AugmentSettings, 'mixUp' | 'cutMix'>,
  runSeed: number,
  hashes: Iterable<ContentHash>,
  view: number,
): Pick<ReadonlyMap<ContentHash, Recipe>, 'get'> {
  if (settings.mixUp > 0 || settings.cutMix > 0) return recipesOf(settings, runSeed, [...hashes], view);
  return { get: (hash) => ({ seed: exampleSeeds(hash, runSeed, view).own, partner: null }) };
}

interface Placed {
  readonly hash: ContentHash;
  readonly place: number;
}

function ringOf(hashes: readonly ContentHash[], runSeed: number, view: number): readonly Placed[] {
  const placed = hashes.map((hash) => ({ hash, place: seedOf('place', hash, runSeed, view) }));
  return placed.sort((a, b) => a.place - b.place || (a.hash < b.hash ? -1 : 1));
}

/** The first at or behind a place that is not the picture itself. @param ring of two or more */
function partnerOn(ring: readonly Placed[], own: ContentHash, place: number): ContentHash | null {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ring[middle]?.place ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  const found = ring[low % ring.length]?.hash ?? null;
  return found === own ? (ring[(low + 1) % ring.length]?.hash ?? null) : found;
}
