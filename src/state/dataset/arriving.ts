/** Pictures on their way into the data set: one change that grows while files are read. */
import { withDealsOf } from '../../dataset/deals.ts';
import { withoutDatasetEnding } from '../../dataset/endings.ts';
import { addPictures, addSkipped } from '../../dataset/operations.ts';
import type { ReadPicture, SkippedFile, SplitName } from '../../domain/picture.ts';
import { datasetStore, settled, updateHistory } from './dataset.ts';
import { amend, record } from './history.ts';
import { holdPictures } from './pictureBlobs.ts';

/** A picture with the place it goes to. */
export interface ArrivingPicture extends ReadPicture {
  readonly className: string;
  readonly split: SplitName | null;
}

export interface IntakeStep {
  readonly add: (
    pictures: readonly ArrivingPicture[],
    skipped: readonly SkippedFile[],
    burstId: string | null,
  ) => void;
  /** How much came. */
  readonly end: () => { readonly pictures: number; readonly skipped: number; readonly repeated: number };
}

/** One change that grows while files are read; undo takes all of it back. */
export function beginIntake(): IntakeStep {
  let since: number | null = null;
  const count = { pictures: 0, skipped: 0, repeated: 0 };
  return {
    add(pictures, skipped, burstId) {
      if (pictures.length === 0 && skipped.length === 0) return;
      holdPictures(pictures.map(({ hash, blob, thumbnail }) => ({ hash, blob, thumbnail })));
      const arriving = pictures.map(({ hash, name, path, widthPx, heightPx, blob, className, split }) => ({
        ...{ hash, name, path, widthPx, heightPx, className, burstId },
        sizeBytes: blob.size,
        folderSplit: split,
      }));
      if (since === null) {
        updateHistory((history) => {
          const present = settled(history.present);
          return record({ ...history, present }, present, 'dataset:change.intake');
        });
        since = datasetStore.getState().undo.at(-1)?.id ?? 0;
      }
      const step = since;
      const before = datasetStore.getState().dataset.pictures.length;
      updateHistory((history) =>
        amend(history, step, (value) => {
          const { dataset } = addPictures(value, arriving);
          const named = dataset.name === '' ? { ...dataset, name: nameFor(arriving) } : dataset;
          return addSkipped(named, skipped);
        }),
      );
      const arrived = datasetStore.getState().dataset.pictures.length - before;
      count.pictures += arrived;
      count.repeated += pictures.length - arrived;
      count.skipped += skipped.length;
    },
    end() {
      if (since !== null) keepDivision(since);
      return count;
    },
  };
}

/**
 * Only when all have come: who is dealt where depends on which come together, and must not on how fast they do. What can
 * be undone since then keeps the same division.
 */
function keepDivision(since: number): void {
  updateHistory((history) => {
    const present = settled(history.present);
    return amend({ ...history, present }, since, (value) => withDealsOf(value, present));
  });
}

/** The outermost folder or archive gives a new data set its name. */
function nameFor(pictures: readonly { readonly path: string }[]): string {
  const [folder = '', rest] = pictures[0]?.path.split('/') ?? [];
  return rest === undefined ? '' : withoutDatasetEnding(folder);
}
