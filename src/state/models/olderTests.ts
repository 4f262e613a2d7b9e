/** Whether the tests of kept models still hold: not where a model has seen what is in the test of today. */
import { isDealtAnew } from '../../dataset/deals.ts';
import type { Dataset, PictureId } from '../../domain/dataset.ts';
import type { ModelRecord } from '../../domain/model.ts';
import type { SplitName } from '../../domain/picture.ts';
import { createSeenCheck } from '../../domain/seenPictures.ts';

export interface OlderTests {
  /** Test pictures of the data set. */
  readonly testCount: number;
  /** Models that have seen some of them, the last saved first. */
  readonly seenBy: readonly { readonly id: string; readonly name: string; readonly count: number }[];
  /** Models of which nobody knows what they have seen, while the pictures have been divided anew. */
  readonly unknownCount: number;
}

/** Looking a picture up needs a set of all that a model has seen; lists are asked about with every step of a slider. */
const checks = new WeakMap<ModelRecord, ReturnType<typeof createSeenCheck>>();

function checkOf(model: ModelRecord): ReturnType<typeof createSeenCheck> | null {
  if (!model.seen) return null;
  const known = checks.get(model);
  if (known) return known;
  const check = createSeenCheck(model.seen);
  checks.set(model, check);
  return check;
}

export function olderTestsOf(
  models: readonly ModelRecord[],
  dataset: Dataset,
  splits: ReadonlyMap<PictureId, SplitName>,
): OlderTests {
  const tests = dataset.pictures.filter(({ id }) => splits.get(id) === 'test');
  const seenBy = models.flatMap((model) => {
    const check = checkOf(model);
    const count = check ? tests.filter(({ hash }) => check(hash) !== null).length : 0;
    return count > 0 ? [{ id: model.id, name: model.name, count }] : [];
  });
  const isAnew = isDealtAnew(dataset);
  const unknownCount = isAnew ? models.filter(({ seen }) => !seen).length : 0;
  return { testCount: tests.length, seenBy, unknownCount };
}
