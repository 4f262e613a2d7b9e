/** A data set that can be trained on, kept with its bytes as if a person had dropped it. */

import { expect } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import type { SplitName } from '../../domain/picture.ts';
import { type ArrivingPicture, beginIntake } from '../../state/dataset/arriving.ts';
import { datasetStore, startDataset } from '../../state/dataset/dataset.ts';
import { saveNow } from '../../state/dataset/keeping.ts';
import { loadDataset } from '../../storage/storedDataset.ts';
import { until } from '../until.ts';

const SPLITS: readonly SplitName[] = ['train', 'train', 'train', 'validation', 'test'];

/** Five pictures a class, cats before dogs; each one's hash is its path. */
export function trainablePictures(folder: string): ArrivingPicture[] {
  return ['cats', 'dogs'].flatMap((className) =>
    SPLITS.map((split, index) => {
      const name = `${index}.png`;
      const path = `${folder}/${split}/${className}/${name}`;
      return {
        ...{ hash: path, className, split, name, path, widthPx: 1, heightPx: 1 },
        ...{ blob: new Blob([path]), thumbnail: new Blob(['small']) },
      };
    }),
  );
}

/** Puts it in the place of the data set, and waits until all of it is on the disk. */
export async function takeTrainableDataset(folder: string): Promise<void> {
  await startDataset();
  datasetStore.setState({ dataset: emptyDataset(''), undo: [], redo: [] });
  beginIntake().add(trainablePictures(folder), [], null);
  await saveNow();
  await until(async () => expect(await loadDataset()).toEqual(datasetStore.getState().dataset));
}
