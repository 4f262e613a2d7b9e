/** Which pictures belong together, so that a split never separates them: near-twins in train and test flatter a model. */

import type { DatasetPicture } from '../domain/dataset.ts';
import { AppError } from '../shared/errors.ts';

/** Longer patterns are a mistake or an attack on the tab. */
const MAX_PATTERN_LENGTH = 100;

/** Characters of a name that the pattern sees: matching time grows with it, in the worst case steeply. */
const MAX_NAME_LENGTH = 200;

/** Each unbounded repetition may multiply the matching time by the length of the name. */
const MAX_REPETITIONS = 4;

/**
 * True if a pattern may take more than polynomial time: an unbounded repetition of a group that itself holds one,
 * or alternatives, as in `(a+)+` or `(a|a)*`; or simply too many repetitions.
 */
function mayExplode(pattern: string): boolean {
  const groups: { isOpenEnded: boolean }[] = [];
  let repetitions = 0;
  let isRisky = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') {
      i += 1;
      isRisky = false;
    } else if (char === '[') {
      while (i < pattern.length && pattern[i] !== ']') i += pattern[i] === '\\' ? 2 : 1;
      isRisky = false;
    } else if (char === '(') {
      groups.push({ isOpenEnded: false });
      isRisky = false;
    } else if (char === ')') {
      isRisky = groups.pop()?.isOpenEnded ?? false;
      const outer = groups.at(-1);
      if (outer && isRisky) outer.isOpenEnded = true;
    } else if (char === '|') {
      const group = groups.at(-1);
      if (group) group.isOpenEnded = true;
      isRisky = false;
    } else if (char === '*' || char === '+' || (char === '{' && /^\{\d+,\d*\}/.test(pattern.slice(i)))) {
      if (isRisky) return true;
      repetitions += 1;
      const group = groups.at(-1);
      if (group) group.isOpenEnded = true;
      isRisky = false;
    } else {
      isRisky = false;
    }
  }
  return repetitions > MAX_REPETITIONS;
}

/**
 * Reads a pattern over file names.
 * @returns the group's key of a name: the first capture group, or the whole match where the pattern captures nothing;
 * null where the name does not match
 * @throws AppError `groupPatternInvalid` for a pattern that cannot be compiled, or could hang the tab
 */
export function createGroupKey(pattern: string): (name: string) => string | null {
  if (pattern.length > MAX_PATTERN_LENGTH || mayExplode(pattern)) {
    throw new AppError('groupPatternInvalid', { pattern });
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch (thrown) {
    throw new AppError('groupPatternInvalid', { pattern }, { cause: thrown });
  }
  return (name) => {
    const match = expression.exec(name.slice(0, MAX_NAME_LENGTH));
    return match ? (match[1] ?? match[0]) : null;
  };
}

/**
 * Parts pictures into groups that share, directly or through others, content, a webcam burst or a pattern's key.
 * @throws AppError `groupPatternInvalid`
 */
export function groupPictures(
  pictures: readonly DatasetPicture[],
  groupPattern: string | null,
): readonly (readonly DatasetPicture[])[] {
  const keyOfName = groupPattern === null || groupPattern === '' ? () => null : createGroupKey(groupPattern);
  const parents = pictures.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) {
      const above = parents[root] ?? root;
      parents[root] = parents[above] ?? above;
      root = above;
    }
    return root;
  };
  const firstWith = new Map<string, number>();
  pictures.forEach((picture, index) => {
    const nameKey = keyOfName(picture.name);
    const keys = [
      `hash ${picture.hash}`,
      ...(picture.burstId === null ? [] : [`burst ${picture.burstId}`]),
      ...(nameKey === null ? [] : [`name ${nameKey}`]),
    ];
    for (const key of keys) {
      const other = firstWith.get(key);
      if (other === undefined) firstWith.set(key, index);
      else parents[rootOf(index)] = rootOf(other);
    }
  });
  const groups = new Map<number, DatasetPicture[]>();
  pictures.forEach((picture, index) => {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group) group.push(picture);
    else groups.set(root, [picture]);
  });
  return [...groups.values()];
}
