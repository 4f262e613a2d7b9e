/** The divisions of a data set as they are kept: what was dealt once stays where it is, whatever comes or goes. */

import type { Dataset, DatasetPicture, Deal, PictureId, SplitSettings } from '../domain/dataset.ts';
import type { ContentHash, SplitName } from '../domain/picture.ts';
import type { KeptParts } from './draw.ts';

/** So many seeds and fractions find again what they had dealt; nobody goes further back. */
const MOST_DEALS = 3;

type DealtBy = Pick<SplitSettings, 'fractions' | 'seed'>;

function isDealtBy(deal: DealtBy, { seed, fractions }: DealtBy): boolean {
  return (
    deal.seed === seed &&
    deal.fractions.train === fractions.train &&
    deal.fractions.validation === fractions.validation &&
    deal.fractions.test === fractions.test
  );
}

function dealOf({ split, deals = [] }: Pick<Dataset, 'split' | 'deals'>): Deal | undefined {
  return deals.find((deal) => isDealtBy(deal, split));
}

/**
 * Where each content stays. Another seed or other fractions deal anew; another group pattern deals those groups anew that
 * are torn apart.
 * @param groups by the pattern of today
 */
export function keptPartsOf(
  dataset: Pick<Dataset, 'split' | 'deals'>,
  groups: readonly (readonly DatasetPicture[])[],
): KeptParts {
  const deal = dealOf(dataset);
  const kept = new Map<ContentHash, SplitName>(Object.entries(deal?.parts ?? {}));
  if (!deal || (deal.groupPattern || null) === (dataset.split.groupPattern || null)) return kept;
  for (const group of groups) {
    const parts = new Set(group.flatMap(({ hash }) => kept.get(hash) ?? []));
    if (parts.size > 1) for (const { hash } of group) kept.delete(hash);
  }
  return kept;
}

/**
 * The data set with its division written down, so that nothing of it moves any more.
 * @param splits as `assignSplits` gives them
 * @returns the same data set where all is written down already
 */
export function settleSplits(dataset: Dataset, splits: ReadonlyMap<PictureId, SplitName>): Dataset {
  const { fractions, seed, groupPattern } = dataset.split;
  const before = dealOf(dataset);
  const parts: Record<ContentHash, SplitName> = { ...before?.parts };
  for (const { id, hash, folderSplit } of dataset.pictures) {
    const split = splits.get(id);
    // Folders that keep pictures for validation and test have the word, today and later.
    if (split && (folderSplit === null || folderSplit === 'train')) parts[hash] = split;
  }
  const hashes = Object.keys(parts);
  const isKnown =
    before?.groupPattern === groupPattern &&
    hashes.length === Object.keys(before.parts).length &&
    hashes.every((hash) => parts[hash] === before.parts[hash]);
  if (isKnown || (!before && hashes.length === 0)) return dataset;
  const others = (dataset.deals ?? []).filter((deal) => deal !== before);
  return { ...dataset, deals: [...others, { fractions, seed, groupPattern, parts }].slice(-MOST_DEALS) };
}

/** Whether its pictures have been divided in another way before. */
export function isDealtAnew({ split, deals = [] }: Pick<Dataset, 'split' | 'deals'>): boolean {
  return deals.some((deal) => !isDealtBy(deal, split));
}

/** An earlier state of a data set with what has been dealt since. What it knows itself holds. */
export function withDealsOf(earlier: Dataset, { deals: later = [] }: Pick<Dataset, 'deals'>): Dataset {
  if (later.length === 0 || later === earlier.deals) return earlier;
  const own = earlier.deals ?? [];
  const merged = later.map((deal) => {
    const known = own.find((one) => isDealtBy(one, deal));
    return known ? { ...deal, parts: { ...deal.parts, ...known.parts } } : deal;
  });
  const onlyOwn = own.filter((deal) => !later.some((one) => isDealtBy(one, deal)));
  return { ...earlier, deals: [...onlyOwn, ...merged].slice(-MOST_DEALS) };
}
