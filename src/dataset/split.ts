/** Who learns and who judges: parts a data set into train, validation and test, and says whether that can be trained on. */

import type { ClassId, Dataset, DatasetPicture, Finding, PictureId } from '../domain/dataset.ts';
import { MIN_TEST_PICTURES } from '../domain/metrics.ts';
import { SPLIT_NAMES, type SplitName } from '../domain/picture.ts';
import { AppError } from '../shared/errors.ts';
import { keptPartsOf } from './deals.ts';
import { drawSplits, type Fractions, type KeptParts } from './draw.ts';
import { createGroupKey, groupPictures } from './groups.ts';

/** With fewer, a class cannot be in train, validation and test. */
export const MIN_PICTURES_PER_CLASS = 3;
/** Largest class over smallest, from which on it is worth a word. */
const UNBALANCED_RATIO = 5;

/** What really decides: `folders` only if that is asked for and there is something to learn from in them. */
export function splitSourceOf({
  pictures,
  split,
}: Pick<Dataset, 'pictures' | 'split'>): 'folders' | 'fractions' {
  const isGiven = pictures.some(({ folderSplit }) => folderSplit === 'train');
  return split.source === 'folders' && isGiven ? 'folders' : 'fractions';
}

/**
 * The split of every picture.
 *
 * With source `folders`, if any folder says `train`: what folders say holds. Pictures without a folder's split follow
 * those of their group that have one (same content, burst or pattern), else they are drawn by the fractions. A split
 * whose fraction is above 0 but that no folder gives is drawn out of the folders' train pictures, in proportion to its
 * fraction: `train` + `test` folders get their validation from `train`.
 * Otherwise all are drawn by seed and fractions, class by class, groups whole.
 * What was dealt before by the same seed and fractions (`deals.ts`) stays where it is, but for what folders say.
 * @throws AppError `groupPatternInvalid`
 */
export function assignSplits(dataset: Dataset): ReadonlyMap<PictureId, SplitName> {
  const { fractions, seed, groupPattern } = dataset.split;
  const groups = groupPictures(dataset.pictures, groupPattern);
  const kept = keptPartsOf(dataset, groups);
  if (splitSourceOf(dataset) === 'fractions') return drawSplits(groups, fractions, seed, kept);

  const given = new Set(dataset.pictures.map(({ folderSplit }) => folderSplit));
  const missing = SPLIT_NAMES.filter((name) => fractions[name] > 0 && !given.has(name));
  const splits = new Map<PictureId, SplitName>();
  const free: (readonly DatasetPicture[])[] = [];
  const drawnFromTrain: (readonly DatasetPicture[])[] = [];
  for (const group of groups) {
    const folders = [...new Set(group.flatMap(({ folderSplit }) => folderSplit ?? []))];
    const [first] = folders;
    if (first === undefined) free.push(group);
    else if (missing.length > 0 && folders.length === 1 && first === 'train') drawnFromTrain.push(group);
    else for (const [id, split] of followFolders(group, first, kept)) splits.set(id, split);
  }
  const trainFractions: Fractions = {
    train: fractions.train > 0 ? fractions.train : 1,
    validation: missing.includes('validation') ? fractions.validation : 0,
    test: missing.includes('test') ? fractions.test : 0,
  };
  // Once a folder gives a split, what was drawn for it out of the train pictures goes back to where its folder has it.
  const keptFromTrain = new Map([...kept].filter(([, part]) => part === 'train' || missing.includes(part)));
  for (const drawn of [
    drawSplits(drawnFromTrain, trainFractions, seed, keptFromTrain),
    drawSplits(free, fractions, seed, kept),
  ]) {
    for (const [id, split] of drawn) splits.set(id, split);
  }
  return splits;
}

/** Splits of a group of which folders have some. @param first what they say of its first */
function followFolders(
  group: readonly DatasetPicture[],
  first: SplitName,
  kept: KeptParts,
): readonly (readonly [PictureId, SplitName])[] {
  // The same content in two splits is what nobody wants: before what was dealt comes the folder of its copy.
  const given = new Map(group.flatMap(({ hash, folderSplit }) => (folderSplit ? [[hash, folderSplit]] : [])));
  return group.map(({ id, hash, folderSplit }) => [
    id,
    folderSplit ?? given.get(hash) ?? kept.get(hash) ?? first,
  ]);
}

export interface ClassCounts extends Readonly<Record<SplitName, number>> {
  readonly classId: ClassId;
  readonly className: string;
}

/** Pictures per class and split, in the order of the classes. */
export function countSplits(
  dataset: Dataset,
  splits: ReadonlyMap<PictureId, SplitName>,
): readonly ClassCounts[] {
  const counts = new Map(
    dataset.classes.map(({ id, name }) => [
      id,
      { classId: id, className: name, train: 0, validation: 0, test: 0 },
    ]),
  );
  for (const { id, classId } of dataset.pictures) {
    const split = splits.get(id);
    const line = counts.get(classId);
    if (line && split) line[split] += 1;
  }
  return [...counts.values()];
}

function patternFinding(pattern: string | null): Finding | null {
  if (pattern === null || pattern === '') return null;
  try {
    createGroupKey(pattern);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'groupPatternInvalid') throw thrown;
    return { severity: 'error', code: 'groupPatternInvalid', details: thrown.details };
  }
}

function classFindings({ className, train, validation, test }: ClassCounts, isTested: boolean): Finding[] {
  const count = train + validation + test;
  if (count === 0) return [{ severity: 'warning', code: 'emptyClass', details: { className } }];
  if (count < MIN_PICTURES_PER_CLASS) {
    const details = { className, count, minimum: MIN_PICTURES_PER_CLASS };
    return [{ severity: 'error', code: 'classTooSmall', details }];
  }
  if (train === 0) return [{ severity: 'error', code: 'classWithoutTrain', details: { className } }];
  // Where nothing is tested at all, `testTiny` says so once.
  return test === 0 && isTested
    ? [{ severity: 'warning', code: 'classWithoutTest', details: { className } }]
    : [];
}

function unbalancedFinding(classes: readonly { className: string; count: number }[]): Finding | null {
  const sorted = classes.toSorted((a, b) => a.count - b.count);
  const smallest = sorted[0];
  const largest = sorted.at(-1);
  if (!smallest || !largest || largest.count < UNBALANCED_RATIO * smallest.count) return null;
  return {
    severity: 'warning',
    code: 'unbalanced',
    details: {
      largest: largest.className,
      largestCount: largest.count,
      smallest: smallest.className,
      smallestCount: smallest.count,
    },
  };
}

/**
 * What speaks against training, errors first; empty if nothing does.
 * @param splits as `assignSplits` gives them; empty where it failed for the group pattern
 */
export function checkTrainable(
  dataset: Dataset,
  splits: ReadonlyMap<PictureId, SplitName>,
): readonly Finding[] {
  const pattern = patternFinding(dataset.split.groupPattern);
  const used = new Set(dataset.pictures.map(({ classId }) => classId));
  const findings: Finding[] = [];
  if (used.size < 2)
    findings.push({ severity: 'error', code: 'tooFewClasses', details: { count: used.size } });
  // Without splits nothing more can be said.
  if (pattern) return [...findings, pattern];

  const counts = countSplits(dataset, splits);
  const total = (name: SplitName) => counts.reduce((sum, line) => sum + line[name], 0);
  const testCount = total('test');
  findings.push(...counts.flatMap((line) => classFindings(line, testCount > 0)));
  if (used.size >= 2) {
    if (testCount < MIN_TEST_PICTURES) {
      const details = { count: testCount, minimum: MIN_TEST_PICTURES };
      findings.push({ severity: 'warning', code: 'testTiny', details });
    }
    if (total('validation') === 0) findings.push({ severity: 'warning', code: 'noValidation', details: {} });
    const sizes = counts.map(({ className, train, validation, test }) => ({
      className,
      count: train + validation + test,
    }));
    const unbalanced = unbalancedFinding(sizes.filter(({ count }) => count > 0));
    if (unbalanced) findings.push(unbalanced);
  }
  return findings.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}
