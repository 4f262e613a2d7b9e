import type { SamplePicture, SetSample } from '../sample.ts';
import { toExample, toTfRecords } from '../tfrecord.ts';
import { tablePicture } from './parquet.ts';

const NAMES = ['cat', 'dog'];

const pictures: readonly SamplePicture[] = Array.from({ length: 5 }, (_, index) => ({
  className: NAMES[index % 2] ?? null,
  split: index < 3 ? 'train' : 'test',
  content: tablePicture(index),
}));

const pack = (split: SamplePicture['split']) =>
  toTfRecords(
    pictures
      .filter((picture) => picture.split === split)
      .map(({ className, content }) =>
        toExample({ id: 'a text', image: content, label: [NAMES.indexOf(className ?? '')] }),
      ),
  );

/** As TensorFlow Datasets writes them: the names of the classes stand beside. */
export const sample: SetSample = {
  pictures,
  pictureFiles: [
    'pets/1.0.0/pets-train.tfrecord-00000-of-00001',
    'pets/1.0.0/pets-test.tfrecord-00000-of-00001',
  ],
  pack: async () => ({
    'pets/1.0.0/pets-train.tfrecord-00000-of-00001': pack('train'),
    'pets/1.0.0/pets-test.tfrecord-00000-of-00001': pack('test'),
    'pets/1.0.0/features.json': new Blob(['{}']),
    'pets/1.0.0/label.labels.txt': new Blob([`${NAMES.join('\n')}\n`]),
  }),
};
