/** Every change of a data set, as a pure function from the old value to the new one: undo is keeping the old. */

import type {
  ClassId,
  Dataset,
  DatasetClass,
  DatasetPicture,
  PictureId,
  SplitSettings,
} from '../domain/dataset.ts';
import type { ReadPicture, SkippedFile, SplitName } from '../domain/picture.ts';
import { AppError } from '../shared/errors.ts';
import { createRandomId } from '../shared/randomId.ts';

export const DEFAULT_SPLIT_SETTINGS: SplitSettings = {
  source: 'folders',
  fractions: { train: 0.7, validation: 0.15, test: 0.15 },
  seed: 1,
  groupPattern: null,
};

/** A picture that is to be put into a class. */
export interface NewPicture extends Pick<ReadPicture, 'hash' | 'name' | 'path' | 'widthPx' | 'heightPx'> {
  readonly sizeBytes: number;
  /** A class of this name is made if there is none. */
  readonly className: string;
  readonly folderSplit: SplitName | null;
  readonly burstId: string | null;
}

/** A picture that was left out, being there already: same content, same class, same split. */
export interface ExactDuplicate {
  readonly path: string;
  readonly className: string;
  /** Path of the one that was kept. */
  readonly keptPath: string;
}

export interface AddResult {
  readonly dataset: Dataset;
  readonly added: readonly PictureId[];
  readonly duplicates: readonly ExactDuplicate[];
}

export type CreateId = () => string;

/** As names are kept and compared: without blanks around them, in Unicode NFC (macOS writes files in NFD). */
export function normalizeName(name: string): string {
  return name.normalize('NFC').trim();
}

export function emptyDataset(name: string): Dataset {
  return { name: normalizeName(name), classes: [], pictures: [], skipped: [], split: DEFAULT_SPLIT_SETTINGS };
}

/** The class of that name, or undefined. */
export function findClass(dataset: Dataset, name: string): DatasetClass | undefined {
  const wanted = normalizeName(name);
  return dataset.classes.find((candidate) => candidate.name === wanted);
}

/**
 * Adds a class without pictures; one of that name stays as it is.
 * @throws AppError `notFound` if the name is blank
 */
export function withClass(dataset: Dataset, name: string, createId: CreateId = createRandomId): Dataset {
  if (findClass(dataset, name)) return dataset;
  return { ...dataset, classes: [...dataset.classes, { id: createId(), name: requireName(name) }] };
}

/** Adds pictures in the order given; exact duplicates are left out and listed. */
export function addPictures(
  dataset: Dataset,
  pictures: readonly NewPicture[],
  createId: CreateId = createRandomId,
): AddResult {
  const classes = [...dataset.classes];
  const byName = new Map(classes.map((existing) => [existing.name, existing]));
  const keyOf = (picture: Pick<DatasetPicture, 'hash' | 'classId' | 'folderSplit'>) =>
    `${picture.hash} ${picture.folderSplit} ${picture.classId}`;
  const keptPaths = new Map(dataset.pictures.map((picture) => [keyOf(picture), picture.path]));
  const added: DatasetPicture[] = [];
  const duplicates: ExactDuplicate[] = [];
  for (const { className, ...rest } of pictures) {
    const name = requireName(className);
    let target = byName.get(name);
    if (!target) {
      target = { id: createId(), name };
      byName.set(name, target);
      classes.push(target);
    }
    const picture: DatasetPicture = { ...rest, id: createId(), classId: target.id };
    const keptPath = keptPaths.get(keyOf(picture));
    if (keptPath === undefined) {
      keptPaths.set(keyOf(picture), picture.path);
      added.push(picture);
    } else {
      duplicates.push({ path: picture.path, className: name, keptPath });
    }
  }
  return {
    dataset: { ...dataset, classes, pictures: [...dataset.pictures, ...added] },
    added: added.map(({ id }) => id),
    duplicates,
  };
}

/** Notes files that were left out. */
export function addSkipped(dataset: Dataset, skipped: readonly SkippedFile[]): Dataset {
  return skipped.length === 0 ? dataset : { ...dataset, skipped: [...dataset.skipped, ...skipped] };
}

/**
 * Gives a class another name; if another class has it, the two become one.
 * @throws AppError `notFound` if there is no such class, or the name is blank
 */
export function withRenamedClass(dataset: Dataset, classId: ClassId, name: string): Dataset {
  requireClass(dataset, classId);
  const newName = requireName(name);
  const other = findClass(dataset, newName);
  if (other && other.id !== classId) return withMergedClasses(dataset, [classId], other.id);
  const classes = dataset.classes.map((old) => (old.id === classId ? { ...old, name: newName } : old));
  return { ...dataset, classes };
}

/**
 * Moves all pictures of some classes into another, and removes the emptied ones.
 * What is then twice in it stays, for `findDuplicates` to point out: nothing disappears by a merge.
 * @throws AppError `notFound`
 */
export function withMergedClasses(dataset: Dataset, sources: readonly ClassId[], targetId: ClassId): Dataset {
  requireClass(dataset, targetId);
  for (const id of sources) requireClass(dataset, id);
  const gone = new Set(sources.filter((id) => id !== targetId));
  return {
    ...dataset,
    classes: dataset.classes.filter(({ id }) => !gone.has(id)),
    pictures: dataset.pictures.map((picture) =>
      gone.has(picture.classId) ? { ...picture, classId: targetId } : picture,
    ),
  };
}

/** Removes a class and its pictures. @throws AppError `notFound` */
export function withoutClass(dataset: Dataset, classId: ClassId): Dataset {
  requireClass(dataset, classId);
  return {
    ...dataset,
    classes: dataset.classes.filter(({ id }) => id !== classId),
    pictures: dataset.pictures.filter((picture) => picture.classId !== classId),
  };
}

/** Puts pictures into another class. @throws AppError `notFound` if there is no such class */
export function withMovedPictures(dataset: Dataset, ids: ReadonlySet<PictureId>, targetId: ClassId): Dataset {
  requireClass(dataset, targetId);
  return {
    ...dataset,
    pictures: dataset.pictures.map((picture) =>
      ids.has(picture.id) ? { ...picture, classId: targetId } : picture,
    ),
  };
}

export function withoutPictures(dataset: Dataset, ids: ReadonlySet<PictureId>): Dataset {
  return { ...dataset, pictures: dataset.pictures.filter(({ id }) => !ids.has(id)) };
}

function requireClass(dataset: Dataset, classId: ClassId): void {
  if (!dataset.classes.some(({ id }) => id === classId)) throw new AppError('notFound', { classId });
}

function requireName(name: string): string {
  const normalized = normalizeName(name);
  if (normalized === '') throw new AppError('notFound', { className: name });
  return normalized;
}
