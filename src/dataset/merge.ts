/** Two tabs went on from one data set: what one of them changed, done once more on what the other has kept. */

import type { ClassId, Dataset, DatasetPicture } from '../domain/dataset.ts';
import { withDealsOf } from './deals.ts';
import { findClass, withRenamedClass } from './operations.ts';

/**
 * What `mine` changed since `base`, done to `theirs`. Where both touched the same thing, no picture is lost: one that
 * came to a class that the other deleted brings its class back.
 */
export function mergeDatasets(base: Dataset, mine: Dataset, theirs: Dataset): Dataset {
  if (mine === base) return theirs;
  const { dataset, placeOf } = withMyClasses(base, mine, theirs);
  const merged = withMyPictures(base, mine, dataset, placeOf);
  const used = new Set(merged.pictures.map(({ classId }) => classId));
  const kept = new Set(mine.classes.map(({ id }) => id));
  const deleted = new Set(base.classes.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
  const put = {
    ...merged,
    name: mine.name === base.name ? theirs.name : mine.name,
    classes: merged.classes.filter(({ id }) => used.has(id) || !deleted.has(id)),
    skipped: mergeSkipped(base, mine, theirs),
    split: mine.split === base.split ? theirs.split : mine.split,
  };
  return withDealsOf(put, mine);
}

/** @returns `placeOf` gives the class of the merged data set that stands for one of mine */
function withMyClasses(
  base: Dataset,
  mine: Dataset,
  theirs: Dataset,
): { readonly dataset: Dataset; readonly placeOf: ReadonlyMap<ClassId, ClassId> } {
  const oldNames = new Map(base.classes.map(({ id, name }) => [id, name]));
  const oldPlaces = new Map(base.pictures.map(({ id, classId }) => [id, classId]));
  const gained = new Set(
    mine.pictures.filter(({ id, classId }) => oldPlaces.get(id) !== classId).map(({ classId }) => classId),
  );
  const placeOf = new Map<ClassId, ClassId>();
  let dataset = theirs;
  for (const { id, name } of mine.classes) {
    const oldName = oldNames.get(id);
    const isNew = oldName === undefined;
    if (dataset.classes.some((one) => one.id === id)) {
      if (!isNew && oldName !== name) dataset = withRenamedClass(dataset, id, name);
    } else if ((isNew || gained.has(id)) && !findClass(dataset, name)) {
      dataset = { ...dataset, classes: [...dataset.classes, { id, name }] };
    }
    const place = dataset.classes.find((one) => one.id === id) ?? findClass(dataset, name);
    if (place) placeOf.set(id, place.id);
  }
  return { dataset, placeOf };
}

function withMyPictures(
  base: Dataset,
  mine: Dataset,
  dataset: Dataset,
  placeOf: ReadonlyMap<ClassId, ClassId>,
): Dataset {
  const before = new Map(base.pictures.map((picture) => [picture.id, picture]));
  const now = new Map(mine.pictures.map((picture) => [picture.id, picture]));
  const kept = dataset.pictures.flatMap((picture) => {
    const old = before.get(picture.id);
    if (!old) return [picture];
    const changed = now.get(picture.id);
    if (!changed) return [];
    if (changed.classId === old.classId) return [picture];
    return [{ ...picture, classId: placeOf.get(changed.classId) ?? picture.classId }];
  });
  const keyOf = ({ hash, folderSplit, classId }: DatasetPicture) => `${hash} ${folderSplit} ${classId}`;
  const there = new Set(kept.map(keyOf));
  const added = mine.pictures.flatMap((picture) => {
    const classId = placeOf.get(picture.classId);
    if (before.has(picture.id) || classId === undefined) return [];
    const placed = { ...picture, classId };
    return there.has(keyOf(placed)) ? [] : [placed];
  });
  return { ...dataset, pictures: [...kept, ...added] };
}

function mergeSkipped(base: Dataset, mine: Dataset, theirs: Dataset): Dataset['skipped'] {
  const keyOf = ({ path, reason }: Dataset['skipped'][number]) => `${reason} ${path}`;
  const before = new Set(base.skipped.map(keyOf));
  const now = new Set(mine.skipped.map(keyOf));
  const remaining = theirs.skipped.filter((file) => !before.has(keyOf(file)) || now.has(keyOf(file)));
  const there = new Set(remaining.map(keyOf));
  return [
    ...remaining,
    ...mine.skipped.filter((file) => !before.has(keyOf(file)) && !there.has(keyOf(file))),
  ];
}
