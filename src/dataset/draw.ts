/** Draws splits by a seed: each class parted close to the fractions, groups whole, and what was dealt before stays. */

import type { ClassId, DatasetPicture, PictureId } from '../domain/dataset.ts';
import { type ContentHash, SPLIT_NAMES, type SplitName } from '../domain/picture.ts';

export type Fractions = Readonly<Record<SplitName, number>>;
type Counts = Record<SplitName, number>;

interface Group {
  readonly pictures: readonly DatasetPicture[];
  /** Pictures of each class. */
  readonly sizes: ReadonlyMap<ClassId, number>;
  /** Pseudo-random place in the order, from seed and content alone. */
  readonly rank: number;
}

/** Without validation a model can still be judged; without a test it cannot. */
const REPAIR_ORDER: readonly SplitName[] = ['train', 'test', 'validation'];

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with the last mixing of MurmurHash3; 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Whole numbers that add up to `total`, as close to the fractions as can be (largest remainders), and none of them
 * zero where its fraction is not, if there is enough to go round.
 */
export function toTargets(total: number, fractions: Fractions): Readonly<Counts> {
  const sum = SPLIT_NAMES.reduce((subtotal, name) => subtotal + fractions[name], 0) || 1;
  const wanted = SPLIT_NAMES.map((name) => ({ name, exact: (total * fractions[name]) / sum }));
  const targets: Counts = { train: 0, validation: 0, test: 0 };
  for (const { name, exact } of wanted) targets[name] = Math.floor(exact + 1e-9);
  const left = total - SPLIT_NAMES.reduce((subtotal, name) => subtotal + targets[name], 0);
  const byRemainder = wanted
    .filter(({ exact }) => exact > 0)
    .sort((a, b) => b.exact - Math.floor(b.exact + 1e-9) - (a.exact - Math.floor(a.exact + 1e-9)));
  for (const { name } of byRemainder.slice(0, left)) targets[name] += 1;
  const used = SPLIT_NAMES.filter((name) => fractions[name] > 0);
  if (total >= used.length) {
    for (const name of used) {
      if (targets[name] > 0) continue;
      const largest = used.reduce((best, other) => (targets[other] > targets[best] ? other : best));
      targets[largest] -= 1;
      targets[name] += 1;
    }
  }
  return targets;
}

function toGroup(pictures: readonly DatasetPicture[], seed: number): Group {
  const sizes = new Map<ClassId, number>();
  let firstHash = pictures[0]?.hash ?? '';
  for (const { classId, hash } of pictures) {
    sizes.set(classId, (sizes.get(classId) ?? 0) + 1);
    if (hash < firstHash) firstHash = hash;
  }
  return { pictures, sizes, rank: hash32(`${seed} ${firstHash}`) };
}

/** Which split each content is in already. */
export type KeptParts = ReadonlyMap<ContentHash, SplitName>;

/**
 * Puts every group into one split. Depends on seed, content and what is kept only, not on the order of the pictures.
 * What is kept stays where it is, whatever comes or goes, and the rest of its group follows it. Others are dealt so that
 * each class comes as near to the fractions as it can.
 * @param groups no two of them share a content hash
 * @param fractions splits of fraction 0 get nothing
 */
export function drawSplits(
  groups: readonly (readonly DatasetPicture[])[],
  fractions: Fractions,
  seed: number,
  kept: KeptParts = new Map(),
): Map<PictureId, SplitName> {
  const totals = new Map<ClassId, number>();
  for (const { classId } of groups.flat()) totals.set(classId, (totals.get(classId) ?? 0) + 1);
  /** Pictures that each split of a class still waits for; below zero where it has too many. */
  const open = new Map([...totals].map(([classId, total]) => [classId, { ...toTargets(total, fractions) }]));
  const take = (classId: ClassId, split: SplitName, size: number) => {
    const counts = open.get(classId);
    if (counts) counts[split] -= size;
  };
  const splits = new Map<PictureId, SplitName>();
  const groupCounts = new Map<ClassId, Counts>();
  const isKept = (group: readonly DatasetPicture[]) => group.some(({ hash }) => kept.has(hash));
  for (const group of groups.filter(isKept)) {
    const parts = new Set(group.flatMap(({ hash }) => kept.get(hash) ?? []));
    const followed = SPLIT_NAMES.find((name) => parts.has(name)) ?? 'train';
    for (const { id, hash, classId } of group) {
      const split = kept.get(hash) ?? followed;
      splits.set(id, split);
      take(classId, split, 1);
    }
    countGroup(groupCounts, new Set(group.map(({ classId }) => classId)), parts);
  }

  // Large groups first: the small ones then even out what is left.
  const ordered = groups
    .filter((group) => !isKept(group))
    .map((pictures) => toGroup(pictures, seed))
    .sort((a, b) => b.pictures.length - a.pictures.length || a.rank - b.rank);
  const names = SPLIT_NAMES.filter((name) => fractions[name] > 0);
  const drawn = new Map<Group, SplitName>();
  for (const group of ordered) {
    // Most needed: the split whose squared deviation from its targets falls the most. Where several would gain the
    // same the later one takes it: a picture more counts most in the test.
    const need = (name: SplitName) => {
      let sum = 0;
      for (const [classId, size] of group.sizes) sum += size * (open.get(classId)?.[name] ?? 0);
      return sum;
    };
    const chosen = names.reduce(
      (best, name) => (need(name) >= need(best) ? name : best),
      names[0] ?? 'train',
    );
    drawn.set(group, chosen);
    for (const [classId, size] of group.sizes) take(classId, chosen, size);
    countGroup(groupCounts, group.sizes.keys(), [chosen]);
  }
  fillGaps(drawn, names, groupCounts);
  for (const [{ pictures }, split] of drawn) for (const { id } of pictures) splits.set(id, split);
  return splits;
}

/** Counts a group in each of its classes, once for each split that it is in. */
function countGroup(
  groupCounts: Map<ClassId, Counts>,
  classIds: Iterable<ClassId>,
  splits: Iterable<SplitName>,
): void {
  for (const classId of classIds) {
    const counts = groupCounts.get(classId) ?? { train: 0, validation: 0, test: 0 };
    for (const split of splits) counts[split] += 1;
    groupCounts.set(classId, counts);
  }
}

/**
 * Few large groups may leave a class without test pictures: the smallest group that can be spared goes there.
 * @param drawn groups that may be moved
 * @param groupCounts of all groups, also of those that stay
 */
function fillGaps(
  drawn: Map<Group, SplitName>,
  names: readonly SplitName[],
  groupCounts: ReadonlyMap<ClassId, Counts>,
): void {
  for (const [classId, counts] of groupCounts) {
    for (const gap of REPAIR_ORDER.filter((name) => names.includes(name) && counts[name] === 0)) {
      const spare = [...drawn]
        .filter(
          ([{ sizes }, split]) =>
            sizes.has(classId) && [...sizes.keys()].every((id) => (groupCounts.get(id)?.[split] ?? 0) > 1),
        )
        .map(([group]) => group)
        .reduce<Group | null>((a, b) => (a && a.pictures.length <= b.pictures.length ? a : b), null);
      if (!spare) continue;
      const from = drawn.get(spare);
      drawn.set(spare, gap);
      for (const id of spare.sizes.keys()) {
        const moved = groupCounts.get(id);
        if (!moved || !from) continue;
        moved[from] -= 1;
        moved[gap] += 1;
      }
    }
  }
}
