/** Takes out of a test what was learned from before: with it an accuracy would be too good. */
import type { ContentHash, SplitName } from '../domain/picture.ts';
import { createSeenCheck, type SeenBefore, type SeenPictures, seenAfter } from '../domain/seenPictures.ts';

interface Example {
  readonly hash: ContentHash;
  readonly split: SplitName;
}

/**
 * The examples without test pictures that were learned from or chose the best epoch, and without validation pictures that
 * were learned from: by the model that a run goes on from, or by the run itself, where folders have the same picture in
 * two splits. Where no validation picture would be left, all of them stay.
 * @param before what that model had seen; null for a run from fresh weights
 * @returns `seenBefore` is null where all was new
 */
export function leaveOutSeen<One extends Example>(
  examples: readonly One[],
  before: SeenPictures | null,
): { readonly examples: readonly One[]; readonly seenBefore: SeenBefore | null } {
  const learned = createSeenCheck(
    seenAfter(
      examples.filter(({ split }) => split === 'train'),
      before,
    ),
  );
  const shown = createSeenCheck(seenAfter(examples, before));
  const isSeen = ({ hash, split }: One) =>
    split === 'test' ? shown(hash) !== null : split === 'validation' && learned(hash) === 'train';
  const seen = examples.filter(isSeen);
  const count = (of: readonly One[], name: SplitName) => of.filter(({ split }) => split === name).length;
  const seenValidation = count(seen, 'validation');
  const isValidationSeen = seenValidation > 0 && seenValidation === count(examples, 'validation');
  const isUnknown = before?.isPartial === true;
  if (seen.length === 0 && !isUnknown) return { examples, seenBefore: null };
  const gone = new Set(isValidationSeen ? seen.filter(({ split }) => split === 'test') : seen);
  return {
    examples: examples.filter((example) => !gone.has(example)),
    seenBefore: {
      test: count(seen, 'test'),
      validation: isValidationSeen ? 0 : seenValidation,
      isValidationSeen,
      isUnknown,
    },
  };
}
