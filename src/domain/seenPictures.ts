/** Which pictures a model has seen, by short marks of their content: nobody is tested on what they have learned. */
import type { ContentHash, SplitName } from './picture.ts';

/** Letters of a hash that make its mark: its last 64 bits, by which no two of a million pictures are taken for one. */
const MARK_LENGTH = 16;

/** Marks of pictures, each once, in ascending order, one behind the other without anything between them. */
export type PictureMarks = string;

export interface SeenPictures {
  /** Learned from. */
  readonly train: PictureMarks;
  /** Those that chose its best epoch. */
  readonly validation: PictureMarks;
  /** A model that it went on from does not tell what it had seen. */
  readonly isPartial?: true | undefined;
}

/** Of what checks a run: what had been seen before it, by the model that it went on from or in another split. */
export interface SeenBefore {
  /** Test pictures that were left out. */
  readonly test: number;
  /** Validation pictures that were left out. */
  readonly validation: number;
  /** All of the validation pictures had been learned from; since there are no others, they check it all the same. */
  readonly isValidationSeen: boolean;
  /** The model that it went on from does not tell all that it had seen: there may be more. */
  readonly isUnknown: boolean;
}

interface Shown {
  readonly hash: ContentHash;
  readonly split: SplitName;
}

/** Of models of earlier versions, and of files that do not tell. */
const NOTHING_KNOWN: SeenPictures = { train: '', validation: '', isPartial: true };

/** What a kept model says of it. */
export function seenOf({ seen }: { readonly seen?: SeenPictures | undefined }): SeenPictures {
  return seen ?? NOTHING_KNOWN;
}

/** True for text that can be marks. */
export function isMarks(text: string): boolean {
  return text.length % MARK_LENGTH === 0;
}

/** What a model has seen that learned from these pictures. @param before what it went on from had seen; null: nothing */
export function seenAfter(pictures: readonly Shown[], before: SeenPictures | null): SeenPictures {
  const of = (split: 'train' | 'validation') =>
    toMarks([
      ...marksOf(before?.[split] ?? ''),
      ...pictures.flatMap((picture) => (picture.split === split ? markOf(picture.hash) : [])),
    ]);
  return {
    train: of('train'),
    validation: of('validation'),
    ...(before?.isPartial ? { isPartial: true } : {}),
  };
}

/** What several models have seen together; null of none. */
export function seenTogether(all: readonly SeenPictures[]): SeenPictures | null {
  return all.reduce<SeenPictures | null>((sum, one) => {
    if (!sum) return one;
    const of = (split: 'train' | 'validation') => toMarks([...marksOf(sum[split]), ...marksOf(one[split])]);
    const isPartial = sum.isPartial || one.isPartial;
    return { train: of('train'), validation: of('validation'), ...(isPartial ? { isPartial } : {}) };
  }, null);
}

/** Tells of a picture whether it was learned from, has chosen the best epoch, or neither. */
export function createSeenCheck(seen: SeenPictures): (hash: ContentHash) => 'train' | 'validation' | null {
  const [train, validation] = [new Set(marksOf(seen.train)), new Set(marksOf(seen.validation))];
  return (hash) => {
    const mark = markOf(hash);
    return train.has(mark) ? 'train' : validation.has(mark) ? 'validation' : null;
  };
}

function markOf(hash: ContentHash): string {
  return hash.slice(-MARK_LENGTH).padStart(MARK_LENGTH);
}

function marksOf(marks: PictureMarks): readonly string[] {
  return Array.from({ length: marks.length / MARK_LENGTH }, (_, i) =>
    marks.slice(i * MARK_LENGTH, (i + 1) * MARK_LENGTH),
  );
}

function toMarks(marks: readonly string[]): PictureMarks {
  return [...new Set(marks)].sort().join('');
}
