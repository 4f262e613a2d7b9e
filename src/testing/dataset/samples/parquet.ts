import type { SamplePicture, SetSample } from '../sample.ts';
import { TEST_TABLE, TRAIN_TABLE } from '../tables.ts';

/** Picture `index` of the tables. */
export function tablePicture(index: number): Uint8Array {
  const tail = Array.from({ length: 20 + 3 * index }, (_, k) => (7 * index + k) % 256);
  return Uint8Array.of(0xff, 0xd8, 0xff, ...tail);
}

export function tableBlob(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]);
}

const NAMES = ['cat', 'dog', 'frog', 'dog', 'cat', 'frog', 'cat'];

const pictures: readonly SamplePicture[] = NAMES.map((className, index) => ({
  className,
  split: index < 5 ? 'train' : 'test',
  content: tablePicture(index),
}));

/** As data-set hubs name them. */
export const sample: SetSample = {
  pictures,
  pictureFiles: ['data/train-00000-of-00001.parquet', 'data/test-00000-of-00001.parquet'],
  pack: async () => ({
    'data/train-00000-of-00001.parquet': tableBlob(TRAIN_TABLE),
    'data/test-00000-of-00001.parquet': tableBlob(TEST_TABLE),
    'README.md': new Blob(['---\nlicense: mit\n---']),
  }),
};
