import { toNpy } from '../npy.ts';
import { samplePixels } from '../pixels.ts';
import type { SamplePicture, SetSample } from '../sample.ts';
import { zipOf } from './zip.ts';

const SIDE = 5;
const SPLITS = ['train', 'train', 'train', 'validation', 'test', 'test'] as const;

const pictures: readonly SamplePicture[] = SPLITS.map((split, index) => ({
  className: `${index % 3}`,
  split,
  content: samplePixels(index, SIDE, SIDE, 3),
}));

function arrays(name: string, split: (typeof SPLITS)[number]): Readonly<Record<string, Blob>> {
  const inSplit = pictures.filter((picture) => picture.split === split);
  const values = Uint8Array.from(inSplit.flatMap(({ content }) => [...content]));
  const labels = BigInt64Array.from(inSplit, ({ className }) => BigInt(className ?? 0));
  return {
    [`${name}_images.npy`]: toNpy('|u1', [inSplit.length, SIDE, SIDE, 3], values),
    [`${name}_labels.npy`]: toNpy('<i8', [inSplit.length, 1], new Uint8Array(labels.buffer)),
  };
}

/** As MedMNIST names them. */
export const sample: SetSample = {
  pictures,
  pictureFiles: ['medmnist.npz'],
  pack: async () => ({
    'medmnist.npz': await zipOf({
      ...arrays('train', 'train'),
      ...arrays('val', 'validation'),
      ...arrays('test', 'test'),
    }),
  }),
};
