/** Finds the same content in more than one place: twice in a class wastes, in two classes contradicts, in two splits cheats. */

import type { ClassId, Dataset, DatasetPicture, PictureId } from '../domain/dataset.ts';
import type { ContentHash, SplitName } from '../domain/picture.ts';

export interface DuplicateGroup {
  readonly hash: ContentHash;
  /** At least two. */
  readonly pictureIds: readonly PictureId[];
}

export interface Duplicates {
  /** More than once in one class; one group a class. */
  readonly withinClass: readonly (DuplicateGroup & { readonly classId: ClassId })[];
  /** In two classes or more: at least one of them must be wrong. */
  readonly acrossClasses: readonly (DuplicateGroup & { readonly classIds: readonly ClassId[] })[];
  /** In two splits or more: what is tested on was learned. */
  readonly acrossSplits: readonly (DuplicateGroup & { readonly splits: readonly SplitName[] })[];
}

function groupBy<K>(
  pictures: readonly DatasetPicture[],
  keyOf: (picture: DatasetPicture) => K,
): Map<K, DatasetPicture[]> {
  const groups = new Map<K, DatasetPicture[]>();
  for (const picture of pictures) {
    const key = keyOf(picture);
    const group = groups.get(key);
    if (group) group.push(picture);
    else groups.set(key, [picture]);
  }
  return groups;
}

/** @param splits as `assignSplits` gives them; pictures without one count in no split */
export function findDuplicates(dataset: Dataset, splits: ReadonlyMap<PictureId, SplitName>): Duplicates {
  const withinClass: Duplicates['withinClass'][number][] = [];
  const acrossClasses: Duplicates['acrossClasses'][number][] = [];
  const acrossSplits: Duplicates['acrossSplits'][number][] = [];
  for (const [hash, same] of groupBy(dataset.pictures, (picture) => picture.hash)) {
    if (same.length < 2) continue;
    const pictureIds = same.map(({ id }) => id);
    const byClass = groupBy(same, (picture) => picture.classId);
    for (const [classId, ofClass] of byClass) {
      if (ofClass.length > 1) withinClass.push({ hash, classId, pictureIds: ofClass.map(({ id }) => id) });
    }
    if (byClass.size > 1) acrossClasses.push({ hash, pictureIds, classIds: [...byClass.keys()] });
    const found = new Set(same.flatMap(({ id }) => splits.get(id) ?? []));
    if (found.size > 1) acrossSplits.push({ hash, pictureIds, splits: [...found] });
  }
  return { withinClass, acrossClasses, acrossSplits };
}
