/** A data set is an immutable value: every change makes a new one, which is what makes undo a list of values. */
import type { ContentHash, SkippedFile, SplitName } from './picture.ts';

export type ClassId = string;
export type PictureId = string;

export interface DatasetClass {
  readonly id: ClassId;
  /** As the person wrote it, or the folder's name. Shown as text, never as HTML. */
  readonly name: string;
}

/** A picture in its class. The bytes live beside the data set, found by `hash`. */
export interface DatasetPicture {
  readonly id: PictureId;
  readonly hash: ContentHash;
  readonly name: string;
  readonly path: string;
  readonly classId: ClassId;
  /** Given by a folder (`train/…`); null where it is to be drawn. */
  readonly folderSplit: SplitName | null;
  /** Pictures of one webcam burst share one; null otherwise. */
  readonly burstId: string | null;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sizeBytes: number;
}

export interface SplitSettings {
  /** Use the folders' splits where every picture has one, or draw them by `seed` and `fractions`. */
  readonly source: 'folders' | 'fractions';
  /** Fractions of train, validation and test; they add up to 1. */
  readonly fractions: Readonly<Record<SplitName, number>>;
  readonly seed: number;
  /** Regular expression over file names; pictures with the same first capture group stay in one split. null: none. */
  readonly groupPattern: string | null;
}

/** A division as it was dealt. It is kept: who has learned from a picture must never be tested on it later on. */
export interface Deal extends Pick<SplitSettings, 'fractions' | 'seed' | 'groupPattern'> {
  /** Of everything that was dealt by this seed and these fractions, also of what has left the data set since. */
  readonly parts: Readonly<Record<ContentHash, SplitName>>;
}

export interface Dataset {
  readonly name: string;
  readonly classes: readonly DatasetClass[];
  readonly pictures: readonly DatasetPicture[];
  readonly skipped: readonly SkippedFile[];
  readonly split: SplitSettings;
  /** One for each seed with its fractions, the one used last behind the others; absent where nothing was settled yet. */
  readonly deals?: readonly Deal[] | undefined;
}

/** What can be said of a data set before it is trained on; the i18n table has a sentence for each. */
export type TrainableCode =
  | 'tooFewClasses' // { count }: classes with pictures
  | 'emptyClass' // { className }: it takes no part
  | 'classTooSmall' // { className, count, minimum }
  | 'classWithoutTrain' // { className }: nothing to learn it from
  | 'classWithoutTest' // { className }: how well it is told cannot be measured (say, one single burst)
  | 'noValidation' // {}: early stopping has nothing to look at
  | 'testTiny' // { count, minimum }: the result will be rough; 0 means none at all
  | 'unbalanced' // { largest, largestCount, smallest, smallestCount }
  | 'groupPatternInvalid'; // { pattern }

/** An `error` makes training senseless; a `warning` is worth knowing before. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: TrainableCode;
  readonly details: Readonly<Record<string, string | number>>;
}
