/** What follows from a data set: derived when it is asked for, and remembered as long as that data set is in use. */
import { settleSplits } from '../../dataset/deals.ts';
import { findDuplicates } from '../../dataset/duplicates.ts';
import { createGroupKey } from '../../dataset/groups.ts';
import { assignSplits, checkTrainable, countSplits } from '../../dataset/split.ts';
import type { Dataset, Finding, PictureId } from '../../domain/dataset.ts';
import type { SplitName } from '../../domain/picture.ts';

/** Remembers the answer for each data set that is still in use. */
function memoize<Answer>(derive: (dataset: Dataset) => Answer): (dataset: Dataset) => Answer {
  const answers = new WeakMap<Dataset, Answer>();
  return (dataset) => {
    const known = answers.get(dataset);
    if (known !== undefined) return known;
    const answer = derive(dataset);
    answers.set(dataset, answer);
    return answer;
  };
}

/** Which split each picture is in. */
export const splitsOf = memoize((dataset): ReadonlyMap<PictureId, SplitName> => assignSplits(dataset));

/** With its division written down: from then on nothing moves, whatever comes or goes. */
export function settled(dataset: Dataset): Dataset {
  // A pattern that cannot be used divides nothing.
  const isDivided = isGroupPattern(dataset.split.groupPattern ?? '');
  return isDivided ? settleSplits(dataset, splitsOf(dataset)) : dataset;
}

/** What speaks against training, errors first. */
export const findingsOf = memoize((dataset): readonly Finding[] =>
  checkTrainable(dataset, splitsOf(dataset)),
);

/** The same content in more than one place. */
export const duplicatesOf = memoize((dataset) => findDuplicates(dataset, splitsOf(dataset)));

/** Pictures per class and split, in the order of the classes. */
export const countsOf = memoize((dataset) => countSplits(dataset, splitsOf(dataset)));

/** True where folders say which pictures are for training, so that their splits can be used. */
export const hasFolderSplits = memoize(({ pictures }) =>
  pictures.some(({ folderSplit }) => folderSplit === 'train'),
);

/** True for a pattern that can be used. */
export function isGroupPattern(pattern: string): boolean {
  try {
    createGroupKey(pattern);
    return true;
  } catch {
    // Half-typed patterns are the normal case here; the field says what is wrong.
    return false;
  }
}

export interface GroupPreview {
  readonly groups: number;
  readonly matched: number;
  readonly total: number;
  /** A few of the groups' names. */
  readonly examples: readonly string[];
}

/** What a pattern would make of the names. @throws AppError groupPatternInvalid */
export function previewGroups({ pictures }: Dataset, pattern: string): GroupPreview {
  const keyOf = createGroupKey(pattern);
  const keys = pictures.flatMap(({ name }) => keyOf(name) ?? []);
  const groups = new Set(keys);
  return {
    groups: groups.size,
    matched: keys.length,
    total: pictures.length,
    examples: [...groups].slice(0, 3),
  };
}
