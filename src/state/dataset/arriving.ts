/** Pictures on their way into the data set: one change that grows while files are read. */
import { withDealsOf } from '../../dataset/deals.ts';
import { withoutDatasetEnding } from '../../dataset/endings.ts';
import { addPictures, addSkipped } from '../../dataset/operations.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { PictureBytes, ReadPicture, SkippedFile, SplitName } from '../../domain/picture.ts';
import { sizeBytesOf } from '../../domain/pictureBytes.ts';
import { attachWork, datasetStore, detachWork, updateHistory } from './dataset.ts';
import { settled } from './derived.ts';
import { amend, begin } from './history.ts';
import { holdPictures } from './pictureBlobs.ts';

/** A picture with the place it goes to. */
export interface ArrivingPicture extends Omit<ReadPicture, 'blob' | 'thumbnail'> {
  readonly blob: PictureBytes;
  /** The same value where the picture is its own. */
  readonly thumbnail: PictureBytes;
  readonly className: string;
  readonly split: SplitName | null;
  /** Pictures that share one stay in one split; where it is left out, that of the batch. */
  readonly burstId?: string | null;
}

export interface IntakeCount {
  readonly pictures: number;
  readonly skipped: number;
  readonly repeated: number;
  /** Of pictures that were listed, but whose files were missing. */
  readonly restored: number;
}

export interface IntakeStep {
  readonly add: (
    pictures: readonly ArrivingPicture[],
    skipped: readonly SkippedFile[],
    burstId: string | null,
  ) => void;
  /** How much came. */
  readonly end: () => IntakeCount;
}

export interface IntakeOptions {
  /** Undo in the middle of reading stops it, and redo lets it go on from the start; what is there comes once. */
  readonly reading?: { readonly stop: () => void; readonly goOn: () => void };
  /** For a data set without pictures: the pattern that keeps groups of those that come together. */
  readonly groupPattern?: string | null;
}

const placeKey = ({ className, path, hash }: ArrivingPicture) => `${hash} ${className} ${path}`;

/** One change that grows while files are read; undo takes all of it back. */
export function beginIntake({ reading, groupPattern = null }: IntakeOptions = {}): IntakeStep {
  let since: number | null = null;
  let state: 'open' | 'stopped' | 'ended' = 'open';
  const olderRedo = new Set(datasetStore.getState().redo.map(({ id }) => id));
  const count = { pictures: 0, skipped: 0, repeated: 0, restored: 0 };
  // Read once more after an undo and a redo, a file is the same file: neither a copy nor, once deleted, new.
  const seen = new Set<string>();
  let known: ReadonlySet<string> = new Set();
  const isNew = (key: string) => {
    seen.add(key);
    return !known.has(key);
  };
  const work = {
    stop: () => {
      if (state !== 'open') return false;
      state = 'stopped';
      reading?.stop();
      return true;
    },
    goOn: () => {
      if (state !== 'stopped') return false;
      state = 'open';
      known = new Set(seen);
      reading?.goOn();
      return true;
    },
  };
  return {
    add(read, left, burstId) {
      if (state === 'stopped') return;
      const pictures = read.filter((picture) => isNew(placeKey(picture)));
      const skipped = left.filter(({ path, reason }) => isNew(`${reason} ${path}`));
      if (pictures.length === 0 && skipped.length === 0) return;
      const restored = holdPictures(pictures.map(({ hash, blob, thumbnail }) => ({ hash, blob, thumbnail })));
      const arriving = pictures.map(
        ({ hash, name, path, widthPx, heightPx, blob, className, split, ...more }) => ({
          ...{ hash, name, path, widthPx, heightPx, className, burstId: more.burstId ?? burstId },
          sizeBytes: sizeBytesOf(blob),
          folderSplit: split,
        }),
      );
      if (since === null) {
        updateHistory((history) => {
          const present = settled(history.present);
          return begin({ ...history, present }, 'dataset:change.intake', ({ id }) => !olderRedo.has(id));
        });
        since = datasetStore.getState().undo.at(-1)?.id ?? 0;
        if (reading) attachWork(since, work);
      }
      const step = since;
      const before = datasetStore.getState().dataset.pictures.length;
      updateHistory((history) =>
        amend(history, step, (value) => {
          const { dataset } = addPictures(
            arriving.length > 0 ? withGroups(value, groupPattern) : value,
            arriving,
          );
          const named = dataset.name === '' ? { ...dataset, name: nameFor(arriving) } : dataset;
          return addSkipped(named, skipped);
        }),
      );
      const arrived = datasetStore.getState().dataset.pictures.length - before;
      count.pictures += arrived;
      count.restored += restored;
      count.repeated += Math.max(0, pictures.length - arrived - restored);
      count.skipped += skipped.length;
    },
    end: () => {
      state = 'ended';
      if (since !== null) {
        detachWork(since);
        keepDivision(since);
      }
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

/** A pattern made for what comes would group the person's own pictures: it is for a data set that has none. */
function withGroups(dataset: Dataset, groupPattern: string | null): Dataset {
  const { pictures, split } = dataset;
  if (groupPattern === null || pictures.length > 0 || split.groupPattern !== null) return dataset;
  return { ...dataset, split: { ...split, groupPattern } };
}

/** The outermost folder or archive gives a new data set its name. */
function nameFor(pictures: readonly { readonly path: string }[]): string {
  const [folder = '', rest] = pictures[0]?.path.split('/') ?? [];
  return rest === undefined ? '' : withoutDatasetEnding(folder);
}
