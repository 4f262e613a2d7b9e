import { grayToRgb, samplePixels } from '../pixels.ts';
import type { SamplePicture, SetSample } from '../sample.ts';

const WIDTH = 7;
const HEIGHT = 5;

/** Sizes are big-endian. */
export function toIdx(sides: readonly number[], values: Uint8Array): Blob {
  const head = new Uint8Array(4 + 4 * sides.length);
  head.set([0, 0, 8, sides.length]);
  const view = new DataView(head.buffer);
  for (const [axis, side] of sides.entries()) view.setUint32(4 + 4 * axis, side);
  return new Blob([head, new Uint8Array(values)]);
}

const gray = Array.from({ length: 6 }, (_, index) => samplePixels(index, WIDTH, HEIGHT, 1));

const pictures: readonly SamplePicture[] = gray.map((values, index) => ({
  className: `${index % 4}`,
  split: index < 4 ? 'train' : 'test',
  content: grayToRgb(values),
}));

async function packSplit(start: number, end: number): Promise<readonly [images: Blob, labels: Blob]> {
  const values = new Uint8Array(
    await new Blob(gray.slice(start, end).map((one) => new Uint8Array(one))).arrayBuffer(),
  );
  const labels = Uint8Array.from(pictures.slice(start, end), ({ className }) => Number(className));
  return [toIdx([end - start, HEIGHT, WIDTH], values), toIdx([end - start], labels)];
}

export const sample: SetSample = {
  pictures,
  pictureFiles: ['raw/train-images-idx3-ubyte', 'raw/t10k-images-idx3-ubyte'],
  async pack() {
    const [trainImages, trainLabels] = await packSplit(0, 4);
    const [testImages, testLabels] = await packSplit(4, 6);
    return {
      'raw/train-images-idx3-ubyte': trainImages,
      'raw/t10k-images-idx3-ubyte': testImages,
      'raw/train-labels-idx1-ubyte': trainLabels,
      'raw/t10k-labels-idx1-ubyte': testLabels,
    };
  },
};
