import type { SamplePicture, SetSample } from '../sample.ts';
import { tablePicture } from './parquet.ts';

const NAMES = ['cat', 'dog', 'cat', 'frog'];

const pictures: readonly SamplePicture[] = NAMES.map((className, index) => ({
  className,
  split: 'train',
  content: tablePicture(index),
}));

const nameOf = (index: number) => `train/00000${index}`;

/** Classes before and behind their pictures, as words and as numbers. */
export const sample: SetSample = {
  pictures,
  pictureFiles: pictures.map((_, index) => `${nameOf(index)}.jpg`),
  async pack() {
    const files: Record<string, Blob> = {};
    for (const [index, { className, content }] of pictures.entries()) {
      const label = new Blob([
        index % 2 === 0 ? `${['cat', 'dog', 'frog'].indexOf(className ?? '')}` : ` ${className}\n`,
      ]);
      if (index < 2) files[`${nameOf(index)}.cls`] = label;
      files[`${nameOf(index)}.jpg`] = new Blob([new Uint8Array(content)]);
      if (index >= 2) files[`${nameOf(index)}.cls`] = label;
    }
    return {
      ...files,
      'train/notes.md': new Blob(['notes']),
      'train/classnames.txt': new Blob(['cat\ndog\nfrog']),
    };
  },
};
