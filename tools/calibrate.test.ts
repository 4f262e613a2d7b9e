import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toInputTensorData } from '../src/compute/features/pixels.ts';
import { cutAfter } from '../src/network/cut.ts';
import type { Network, NetworkNode, Weight } from '../src/network/network.ts';
import {
  add,
  CAFFE_PREPROCESSING,
  conv,
  globalAvgPool,
  imageInput,
  padAll,
  relu,
} from '../src/network/nodeBuilders.ts';
import { runReference } from '../src/network/reference.ts';
import { createRandom } from '../src/shared/random.ts';
import { choosePictures } from './calibrate/pictures.ts';
import { measureStream } from './calibrate.ts';

const SIZE_PX = 6;
const random = createRandom(4);
const kernel = (shape: number[]): Weight => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b)).map(() => random.next() - 0.5),
});

const block = (id: number, from: string): NetworkNode[] => [
  conv(`c${id}`, from, 4, 3, { padding: padAll(1), useBias: false }),
  add(`a${id}`, `c${id}`, from),
  relu(`out${id}`, `a${id}`),
];
const network: Network = {
  name: 'two blocks',
  nodes: [
    imageInput('input', SIZE_PX, CAFFE_PREPROCESSING),
    conv('stem', 'input', 4, 1, { useBias: false }),
    ...block(1, 'stem'),
    ...block(2, 'out1'),
    ...block(3, 'out2'),
    globalAvgPool('pool', 'out3'),
  ],
  weights: {
    'stem/kernel': kernel([1, 1, 3, 4]),
    'c1/kernel': kernel([3, 3, 4, 4]),
    'c2/kernel': kernel([3, 3, 4, 4]),
    'c3/kernel': kernel([3, 3, 4, 4]),
  },
};

describe('measureStream', () => {
  it('finds the largest value of each block that a convolution reads, over all pictures', async () => {
    const pictures = [1, 2, 3].map(() =>
      new Uint8ClampedArray(SIZE_PX * SIZE_PX * 4).map(() => 256 * random.next()),
    );
    const largest = await measureStream(network, pictures);
    expect(Object.keys(largest)).toEqual(['out1', 'out2']);
    for (const name of ['out1', 'out2']) {
      const outputs = pictures.flatMap((pixels) => {
        const data = new Float32Array(SIZE_PX * SIZE_PX * 3);
        toInputTensorData(pixels, null, data, 0);
        const input = { shape: [SIZE_PX, SIZE_PX, 3], values: Float64Array.from(data) };
        return [...runReference(cutAfter(network, name), input).values];
      });
      const expected = Math.max(...outputs);
      expect(Math.abs((largest[name] ?? Number.NaN) - expected) / expected).toBeLessThan(1e-5);
    }
  });
});

describe('choosePictures', () => {
  it('takes as many from each class, and nothing that is no picture', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'calibrate-'));
    try {
      for (const className of ['a', 'b', 'c']) {
        await mkdir(join(folder, className));
        for (let i = 0; i < 5; i++) await writeFile(join(folder, className, `${i}.jpg`), '');
        await writeFile(join(folder, className, 'notes.txt'), '');
      }
      const chosen = await choosePictures(folder, 6);
      expect(chosen.map((file) => basename(dirname(file)))).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
      expect(new Set(chosen).size).toBe(6);
      await expect(choosePictures(folder, 16)).rejects.toThrow('15 pictures');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
