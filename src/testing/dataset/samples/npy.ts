import { toNpy } from '../npy.ts';
import { grayToRgb, samplePixels } from '../pixels.ts';
import type { SamplePicture, SetSample } from '../sample.ts';

const WIDTH = 6;
const HEIGHT = 4;
const gray = Array.from({ length: 5 }, (_, index) => samplePixels(index, WIDTH, HEIGHT, 1));

const pictures: readonly SamplePicture[] = gray.map((values, index) => ({
  className: `${index % 2}`,
  split: index < 3 ? 'train' : 'test',
  content: grayToRgb(values),
}));

const joined = (start: number, end: number) =>
  Uint8Array.from(gray.slice(start, end).flatMap((one) => [...one]));
const labels = (start: number, end: number) =>
  Uint8Array.from(pictures.slice(start, end), ({ className }) => Number(className));

export const sample: SetSample = {
  pictures,
  pictureFiles: ['mnist/x_train.npy', 'mnist/x_test.npy'],
  pack: async () => ({
    'mnist/y_test.npy': toNpy('|u1', [2], labels(3, 5)),
    'mnist/x_train.npy': toNpy('|u1', [3, HEIGHT, WIDTH], joined(0, 3)),
    'mnist/x_test.npy': toNpy('|u1', [2, HEIGHT, WIDTH, 1], joined(3, 5)),
    'mnist/y_train.npy': toNpy('|u1', [3], labels(0, 3)),
  }),
};
