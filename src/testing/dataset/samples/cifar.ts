import { samplePixels } from '../pixels.ts';
import type { SamplePicture, SetSample } from '../sample.ts';

const NAMES = ['airplane', 'automobile', 'bird'];

const pictures: readonly SamplePicture[] = Array.from({ length: 5 }, (_, index) => ({
  className: NAMES[index % 3] ?? null,
  split: index < 3 ? 'train' : 'test',
  content: samplePixels(index, 32, 32, 3),
}));

/** The label, then the channels one after the other. */
export function toCifarRecord({ className, content }: SamplePicture): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(3073);
  record[0] = NAMES.indexOf(className ?? '');
  for (let index = 0; index < 3072; index++)
    record[1 + (index % 3) * 1024 + Math.floor(index / 3)] = content[index] ?? 0;
  return record;
}

/** The names of the classes come last, as in an archive they may. */
export const sample: SetSample = {
  pictures,
  pictureFiles: ['cifar/data_batch_1.bin', 'cifar/test_batch.bin'],
  pack: async () => ({
    'cifar/data_batch_1.bin': new Blob(pictures.slice(0, 3).map(toCifarRecord)),
    'cifar/test_batch.bin': new Blob(pictures.slice(3).map(toCifarRecord)),
    'cifar/readme.html': new Blob(['<html>']),
    'cifar/batches.meta.txt': new Blob([`${NAMES.join('\n')}\n\n`]),
  }),
};
